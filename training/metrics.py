"""Figures of merit, per slice, on posts that the scores were not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.labels import CATEGORIES, GROUNDS, HEADS
from training.corpus import Corpus

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
        "reliability": reliability(harmful, risks),
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


def reliability(labels: NDArray[np.bool_], risks: NDArray[np.float64]) -> list[dict[str, float | int]]:
    """Return predicted and observed shares in equal-width bins of the risk."""
    bins = np.minimum((risks * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
    return [
        {
            "from": b / RELIABILITY_BINS,
            "posts": int((bins == b).sum()),
            "predicted": float(risks[bins == b].mean()),
            "observed": float(labels[bins == b].mean()),
        }
        for b in range(RELIABILITY_BINS)
        if (bins == b).any()
    ]


def _by(
    values: NDArray[np.str_], figure: Callable[[NDArray[np.bool_]], dict[str, Any]], skip: Iterable[str] = ()
) -> dict[str, Any]:
    return {str(v): figure(values == v) for v in np.unique(values) if v not in skip}
