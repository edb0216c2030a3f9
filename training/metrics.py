"""Figures of merit, per slice, on posts that the scores were not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.labels import CATEGORIES, GROUNDS, HEADS
from training.align import reweigh
from training.corpus import Corpus
from training.guarantees import lower_share, upper_share

RELIABILITY_BINS = 10


@dataclass(frozen=True)
class Scored:
    """Held-out posts with what the model says of them.

    Attributes
    ----------
    corpus
        The posts.
    chances
        Calibrated probability of every head, shape ``(posts, heads)``.
    review
        The review threshold.
    """

    corpus: Corpus
    chances: NDArray[np.float64]
    review: float

    @property
    def risks(self) -> NDArray[np.float64]:
        """Risk of each post: its higher ground."""
        return np.asarray(self.chances[:, : len(GROUNDS)].max(axis=1))

    @property
    def harmful(self) -> NDArray[np.bool_]:
        """Whether each post is harmful."""
        return np.array([post.harmful for post in self.corpus.posts])


def measure(scored: Scored) -> dict[str, Any]:
    """Return all figures, ready for ``metrics.json``."""
    posts = scored.corpus.posts
    harmful, risks = scored.harmful, scored.risks
    kinds = np.array([post.kind or "" for post in posts])
    langs = np.array([post.lang for post in posts])
    return {
        "posts": len(posts),
        "families": len({post.family for post in posts}),
        "review_threshold": scored.review,
        "overall": discrimination(harmful, risks, scored.review),
        "categories": {
            name: discrimination(scored.corpus.targets[:, HEADS.index(name)] == 1, scored.chances[:, HEADS.index(name)])
            for name in (*GROUNDS, *CATEGORIES)
        },
        "languages": _by(langs, lambda at: discrimination(harmful[at], risks[at], scored.review)),
        "kinds": _by(
            kinds,
            lambda at: {"posts": int(at.sum()), "reviewed": float((risks[at] >= scored.review).mean())},
            skip=("",),
        ),
        "reliability": reliability(harmful, risks, reweigh(np.ones(len(posts)), harmful)),
    }


def discrimination(
    labels: NDArray[np.bool_], scores: NDArray[np.float64], threshold: float | None = None
) -> dict[str, float | int | None]:
    """Return AUC, average precision and, with a threshold, recall and false-alarm rate; None where undefined."""
    positives = int(labels.sum())
    both = 0 < positives < len(labels)
    figures: dict[str, float | int | None] = {
        "posts": len(labels),
        "positives": positives,
        "auc": float(roc_auc_score(labels, scores)) if both else None,
        "average_precision": float(average_precision_score(labels, scores)) if both else None,
    }
    if threshold is not None:
        above = scores >= threshold
        figures["recall"] = float(above[labels].mean()) if positives else None
        figures["false_alarms"] = float(above[~labels].mean()) if positives < len(labels) else None
    return figures


def at_prevalence(
    labels: NDArray[np.bool_], scores: NDArray[np.float64], threshold: float, prevalence: float
) -> dict[str, float | int | None]:
    """Return what a threshold would give where harm is rarer than in the file.

    Precision follows from recall and false-alarm rate by Bayes' rule. A sample without a single false alarm says nothing of
    the last decimals, so the precision that is safe to state uses the exact 95 % bounds of both rates.

    Parameters
    ----------
    labels, scores
        Truth and score, both classes present.
    threshold
        From which a post is shown.
    prevalence
        The share of harm in the traffic.
    """
    above = scores >= threshold
    hits, alarms = int(above[labels].sum()), int(above[~labels].sum())
    recall, rate = hits / int(labels.sum()), alarms / int((~labels).sum())
    least, most = lower_share(hits, int(labels.sum())), upper_share(alarms, int((~labels).sum()))
    return {
        "threshold": threshold,
        "recall": recall,
        "false_alarms": rate,
        "false_alarms_at_most": most,
        "precision": _bayes(recall, rate, prevalence),
        "precision_at_least": _bayes(least, most, prevalence),
        "shown_per_million": round(1e6 * (prevalence * recall + (1 - prevalence) * rate)),
    }


def _bayes(recall: float, rate: float, prevalence: float) -> float | None:
    shown = prevalence * recall + (1 - prevalence) * rate
    return prevalence * recall / shown if shown else None


def reliability(
    labels: NDArray[np.bool_], risks: NDArray[np.float64], weights: NDArray[np.float64] | None = None
) -> list[dict[str, float | int]]:
    """Return predicted and observed shares in equal-width bins of the risk.

    Parameters
    ----------
    labels, risks
        Truth and risk, one a post.
    weights
        How much each post counts, for a prevalence other than the sample's.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    bins = np.minimum((risks * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
    return [
        {
            "from": b / RELIABILITY_BINS,
            "posts": int((bins == b).sum()),
            "predicted": float(np.average(risks[bins == b], weights=weights[bins == b])),
            "observed": float(np.average(labels[bins == b], weights=weights[bins == b])),
        }
        for b in range(RELIABILITY_BINS)
        if (bins == b).any()
    ]


def _by(
    values: NDArray[np.str_], figure: Callable[[NDArray[np.bool_]], dict[str, Any]], skip: Iterable[str] = ()
) -> dict[str, Any]:
    return {str(v): figure(values == v) for v in np.unique(values) if v not in skip}
