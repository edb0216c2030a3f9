"""A model judged on a file of labelled posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.labels import CATEGORIES
from classifier.model import Model
from classifier.types import Result
from training.bootstrap import intervals
from training.guarantees import share_interval
from training.labelled import Labelled
from training.metrics import at_prevalence, discrimination, reliability

BANDS = ("pass", "unknown", "review", "flag")
NAMED, UNNAMED = "names a group or an organisation", "names none"
#: One post in a thousand: what a moderator's traffic may look like.
PREVALENCE = 0.001
#: Recalls at which precision is told, beside that of the model's own bands.
RECALLS = (0.1, 0.25, 0.5, 0.75)

Mask = NDArray[np.bool_]


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
    flag
        The model's flag threshold, or None.
    """

    posts: Sequence[Labelled]
    results: Sequence[Result]
    threshold: float
    flag: float | None = None

    @cached_property
    def harmful(self) -> Mask:
        """Whether each post is harmful."""
        return np.array([post.harmful for post in self.posts])

    @cached_property
    def risks(self) -> NDArray[np.float64]:
        """Risk of each post."""
        return np.array([result.risk for result in self.results])

    @cached_property
    def named(self) -> Mask:
        """Whether each post names a group or an organisation."""
        return np.array([any(m.kind in {"group", "entity"} for m in r.mentions) for r in self.results])

    def slices(self) -> dict[str, Mask]:
        """Return the slices by name: languages, the file's own groups, look-alike kinds, named and unnamed."""
        found: dict[str, Mask] = {}
        for name, values in (
            ("lang", [p.lang for p in self.posts]),
            ("group", [p.group for p in self.posts]),
            ("kind", [p.kind for p in self.posts]),
        ):
            for value in sorted({v for v in values if v is not None}):
                found[f"{name}={value}"] = np.array([v == value for v in values])
        found[NAMED], found[UNNAMED] = self.named, ~self.named
        return {name: at for name, at in found.items() if at.any()}

    def figures(self, prevalence: float = PREVALENCE) -> dict[str, Any]:
        """Return all figures, ready for JSON."""
        harmful, risks = self.harmful, self.risks
        return {
            "overall": self._slice(np.ones(len(harmful), dtype=np.bool_)),
            "mention_rule_auc": discrimination(harmful, self.named.astype(float))["auc"],
            "slices": {name: self._slice(at) for name, at in self.slices().items()},
            "categories": self._categories(),
            "bands": self._bands(np.ones(len(harmful), dtype=np.bool_)),
            "reliability": reliability(harmful, risks),
            "brier": float(np.mean((risks - harmful) ** 2)),
            "prevalence": prevalence,
            "thresholds": self._thresholds(prevalence),
        }

    def _slice(self, at: Mask) -> dict[str, Any]:
        """Return the figures of some posts, with intervals."""
        harmful, risks = self.harmful[at], self.risks[at]
        found: dict[str, Any] = discrimination(harmful, risks, self.threshold)
        sampled = intervals(harmful, risks)
        above = risks >= self.threshold
        found["auc_interval"] = sampled.auc
        found["average_precision_interval"] = sampled.average_precision
        found["recall_interval"] = share_interval(int(above[harmful].sum()), int(harmful.sum()))
        found["false_alarms_interval"] = share_interval(int(above[~harmful].sum()), int((~harmful).sum()))
        found["bands"] = self._bands(at)
        return found

    def _bands(self, at: Mask) -> dict[str, int]:
        bands = [self.results[i].band for i in np.flatnonzero(at).tolist()]
        return {band: sum(b == band for b in bands) for band in BANDS}

    def _thresholds(self, prevalence: float) -> list[dict[str, Any]]:
        """Return recall, false alarms and precision at a stated prevalence, for the bands and for some recalls."""
        if self.harmful.all() or not self.harmful.any():
            return []
        chosen = [("review", self.threshold)] + ([("flag", self.flag)] if self.flag is not None else [])
        ordered = np.sort(self.risks[self.harmful])[::-1]
        places = [max(int(np.ceil(recall * len(ordered))) - 1, 0) for recall in RECALLS]
        chosen += [(f"recall {recall:.0%}", float(ordered[at])) for recall, at in zip(RECALLS, places, strict=True)]
        return [
            {"name": name, **at_prevalence(self.harmful, self.risks, threshold, prevalence)}
            for name, threshold in chosen
        ]

    def _categories(self) -> dict[str, Any]:
        """Return figures a category, on posts whose categories are known."""
        known = np.array([bool(p.categories) or not p.harmful for p in self.posts])
        found = {}
        for category in CATEGORIES:
            labels = np.array([category in p.categories for p in self.posts])[known]
            if labels.any():
                chances = np.array([r.categories[category] for r in self.results])[known]
                found[category] = {**discrimination(labels, chances), "auc_interval": intervals(labels, chances).auc}
        return found


def evaluate_model(model: Model, posts: Sequence[Labelled]) -> Evaluation:
    """Score labelled posts with a model, through the same code as every door."""
    results = model.score([post.text for post in posts], terms=0)
    return Evaluation(posts, results, model.policy.review, model.policy.flag)
