"""A model judged on a file of labelled posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.labels import CATEGORIES
from classifier.model import Model
from classifier.types import Result
from training.labelled import Labelled
from training.metrics import discrimination, reliability


@dataclass(frozen=True)
class Evaluation:
    """Labelled posts with their results.

    Attributes
    ----------
    posts
        The labelled posts.
    results
        What the model says of each.
    threshold
        The model's review threshold.
    """

    posts: Sequence[Labelled]
    results: Sequence[Result]
    threshold: float

    @property
    def harmful(self) -> NDArray[np.bool_]:
        """Whether each post is harmful."""
        return np.array([post.harmful for post in self.posts])

    @property
    def risks(self) -> NDArray[np.float64]:
        """Risk of each post."""
        return np.array([result.risk for result in self.results])

    def slices(self) -> dict[str, NDArray[np.bool_]]:
        """Return the slices by name: languages, the file's own groups, look-alike kinds, named and unnamed."""
        found: dict[str, NDArray[np.bool_]] = {}
        for name, values in (
            ("lang", [p.lang for p in self.posts]),
            ("group", [p.group for p in self.posts]),
            ("kind", [p.kind for p in self.posts]),
        ):
            for value in sorted({v for v in values if v is not None}):
                found[f"{name}={value}"] = np.array([v == value for v in values])
        named = np.array([any(m.kind in {"group", "entity"} for m in r.mentions) for r in self.results])
        found["names a group or an organisation"], found["names none"] = named, ~named
        return found

    def figures(self) -> dict[str, Any]:
        """Return all figures, ready for JSON."""
        harmful, risks = self.harmful, self.risks
        named = self.slices()["names a group or an organisation"]
        bands = [r.band for r in self.results]
        return {
            "overall": discrimination(harmful, risks, self.threshold),
            "mention_rule_auc": discrimination(harmful, named.astype(float))["auc"],
            "slices": {
                name: discrimination(harmful[at], risks[at], self.threshold)
                for name, at in self.slices().items()
                if at.any()
            },
            "categories": self._categories(),
            "bands": {band: bands.count(band) for band in ("pass", "unknown", "review", "flag")},
            "reliability": reliability(harmful, risks),
        }

    def _categories(self) -> dict[str, Any]:
        """Return figures a category, on posts whose categories are known."""
        known = np.array([bool(p.categories) or not p.harmful for p in self.posts])
        found = {}
        for category in CATEGORIES:
            labels = np.array([category in p.categories for p in self.posts])
            if labels.any():
                chances = np.array([r.categories[category] for r in self.results])
                found[category] = discrimination(labels[known], chances[known])
        return found


def evaluate_model(model: Model, posts: Sequence[Labelled]) -> Evaluation:
    """Score labelled posts with a model, through the same code as every door."""
    results = model.score([post.text for post in posts], terms=0)
    return Evaluation(posts, results, model.policy.review)
