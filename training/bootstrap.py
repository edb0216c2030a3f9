"""Intervals by the bootstrap, all resamples at once.

Harmful and benign posts are drawn separately, so that every resample has both (Efron and Tibshirani 1993, ch. 8); the interval
is the middle 95 % of the resamples. A resample is a count a post, so no score is sorted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
SEED = 20_260
#: Counts held in memory at once.
BLOCK = 8_000_000
#: Of more distinct scores, neighbours are joined: the figures then move by less than a thousandth, the time by a hundredfold.
MOST_DISTINCT = 4_096
MIDDLE = (2.5, 97.5)

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of the two figures that need no threshold; None where a class is missing."""

    auc: Interval | None
    average_precision: Interval | None


def intervals(labels: NDArray[np.bool_], scores: NDArray[np.float64], resamples: int = RESAMPLES) -> Intervals:
    """Return 95 % intervals of AUC and average precision.

    Parameters
    ----------
    labels, scores
        Truth and score, shape ``(posts,)``.
    resamples
        How many.
    """
    if labels.all() or not labels.any():
        return Intervals(None, None)
    aucs, precisions = zip(*(figures(*counts) for counts in resampled(labels, scores, resamples)), strict=True)
    return Intervals(_middle(np.concatenate(aucs)), _middle(np.concatenate(precisions)))


def _middle(values: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(values, MIDDLE)
    return float(low), float(high)


def resampled(
    labels: NDArray[np.bool_], scores: NDArray[np.float64], resamples: int
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield blocks of resamples as counts of harmful and benign posts at each distinct score, highest first.

    Both have shape ``(resamples in the block, distinct scores)``.
    """
    rng = np.random.default_rng(SEED)
    values, place = np.unique(-scores, return_inverse=True)
    distinct = min(len(values), MOST_DISTINCT)
    place = place * distinct // len(values)
    sides = [place[labels], place[~labels]]
    for start in range(0, resamples, max(BLOCK // len(labels), 1)):
        count = min(max(BLOCK // len(labels), 1), resamples - start)
        harmful, benign = (_counts(rng, side, distinct, count) for side in sides)
        yield harmful, benign


def _counts(rng: np.random.Generator, side: NDArray[Any], distinct: int, count: int) -> NDArray[np.float64]:
    """Draw `count` resamples of one class and return how often each distinct score was drawn."""
    drawn = side[rng.integers(0, len(side), size=(count, len(side)))]
    drawn += np.arange(count)[:, np.newaxis] * distinct
    return np.bincount(drawn.ravel(), minlength=count * distinct).reshape(count, distinct).astype(np.float64)


def figures(
    harmful: NDArray[np.float64], benign: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return AUC and average precision of every resample.

    Parameters
    ----------
    harmful, benign
        Counts at each distinct score, highest first, shape ``(resamples, distinct scores)``.

    Returns
    -------
    auc, average_precision : ndarray
        Shape ``(resamples,)``; ties count half in the AUC, and are one step of the precision.
    """
    above, false = np.cumsum(harmful, axis=1), np.cumsum(benign, axis=1)
    positives, negatives = above[:, -1:], false[:, -1:]
    below = negatives - false
    auc = (harmful * (below + benign / 2)).sum(axis=1) / (positives * negatives)[:, 0]
    shown = above + false
    precision = np.divide(above, shown, out=np.zeros_like(above), where=shown > 0)
    return auc, (harmful * precision).sum(axis=1) / positives[:, 0]


def curve_band(
    labels: NDArray[np.bool_], scores: NDArray[np.float64], recalls: NDArray[np.float64], resamples: int = 200
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper precision at given recalls, each of shape ``(recalls,)``."""
    rows = []
    for harmful, benign in resampled(labels, scores, resamples):
        above, false = np.cumsum(harmful, axis=1), np.cumsum(benign, axis=1)
        for a, f in zip(above, false, strict=True):
            first = np.searchsorted(a, recalls * a[-1] - 1e-9)
            at = np.minimum(first, len(a) - 1)
            rows.append(a[at] / np.maximum(a[at] + f[at], 1))
    low, high = np.percentile(np.array(rows), MIDDLE, axis=0)
    return low, high
