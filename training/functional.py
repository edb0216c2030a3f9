"""A model judged on the functional suite: one row for each thing that is checked, never one number.

The folder of the suite is passed in, so that an installed package can judge a candidate by whatever cases its owner keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from classifier.labels import CATEGORIES, KINDS
from classifier.masks import ENTITY, GROUP
from classifier.model import Model
from training.functional_cases import KNOWN, UNKNOWN, Suite, read_suite

#: How far devotional words, a name or a dialect word may move the risk of a benign post.
TOLERANCE = 0.02

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of some cases.

    Attributes
    ----------
    name
        What the cases check.
    cases, harmful
        How many there are, and how many of them are harmful.
    right
        Share on the right side of the review threshold.
    recall, false_alarms
        Share of the harmful, and of the harmless, at or above it.
    mean_harmful, mean_harmless
        Mean risk.
    auc
        Chance that a harmful case scores above a harmless one of the same language; where the row holds only one class,
        the other side are all cases of the suite.
    within
        Whether both sides of the AUC come from the row itself.
    pairs, pair_accuracy
        Contrast pairs, and the share whose harmful half scores strictly higher.
    """

    name: str
    cases: int
    harmful: int
    right: float
    recall: float | None
    false_alarms: float | None
    mean_harmful: float | None
    mean_harmless: float | None
    auc: float | None
    within: bool
    pairs: int
    pair_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Movement:
    """How far insertions move the risk of benign texts: absolute difference."""

    name: str
    pairs: int
    median: float
    largest: float
    tolerated: float


@dataclass(frozen=True, slots=True)
class Rates:
    """How often something was said of the cases where it is right, and of those where it is wrong."""

    name: str
    right_cases: int
    right: float | None
    wrong_cases: int
    wrong: float | None


@dataclass(frozen=True, slots=True)
class Functional:
    """All figures of one model on the suite.

    Attributes
    ----------
    model, suite
        The version judged, and the digest of the cases.
    threshold
        The model's review threshold.
    sections
        Rows by section: ``all``, ``language``, ``group``, ``function``, ``category``, ``kind``, ``naming``.
    heads
        AUC of each harm category's own head: its cases against all others.
    mention_rule
        AUC of the rule "names a group or an organisation".
    insertions, urgency, unknown
        Movement of risk; T0; the band ``unknown`` (right: languages the model does not know, junk, code).
    """

    model: str
    suite: str
    threshold: float
    sections: dict[str, tuple[Row, ...]]
    heads: dict[str, float | None]
    mention_rule: float | None
    insertions: tuple[Movement, ...]
    urgency: tuple[Rates, ...]
    unknown: tuple[Rates, ...]

    def row(self, section: str, name: str) -> Row:
        """Return one row.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        for row in self.sections[section]:
            if row.name == name:
                return row
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures, ready for JSON."""
        return asdict(self)


def judge(model: Model, folder: Path) -> Functional:
    """Score the suite with a model, through the same code as every door.

    Parameters
    ----------
    model
        The model.
    folder
        The folder of the suite.
    """
    suite = read_suite(folder)
    return judge_suite(model, suite)


def judge_suite(model: Model, suite: Suite) -> Functional:
    """Score a suite that is already read."""
    results = model.score([case.text for case in suite.cases], terms=0)
    board = _Board(suite, np.array([r.risk for r in results]), model.policy.review)
    named = np.array([_names(model, case.text) for case in suite.cases])
    labels = {c: np.array([c in case.categories for case in suite.cases]) for c in CATEGORIES}
    kinds = {k: np.array([case.kind == k for case in suite.cases]) for k in KINDS}
    naming = {"names a group or an organisation": named, "names none": ~named}
    sections = {
        "all": {"all": np.ones(len(suite.cases), dtype=np.bool_)},
        "language": _split(case.lang for case in suite.cases),
        "group": _split(case.group for case in suite.cases),
        "function": _split(case.function for case in suite.cases),
        "category": labels,
        "kind": kinds,
        "naming": naming,
    }
    return Functional(
        model=model.name,
        suite=suite.digest,
        threshold=model.policy.review,
        sections={s: tuple(board.row(n, at) for n, at in rows.items() if at.any()) for s, rows in sections.items()},
        heads={c: board.auc(at, ~at, np.array([r.categories[c] for r in results])) for c, at in labels.items()},
        mention_rule=board.auc(board.harmful, ~board.harmful, named.astype(np.float64)),
        insertions=_insertions(model, suite),
        urgency=_urgency(model, suite),
        unknown=_unknown(model, suite),
    )


class _Board:
    """The cases with their risks; gives a row for any choice of them."""

    def __init__(self, suite: Suite, risks: NDArray[np.float64], threshold: float) -> None:
        self.risks = risks
        self.harmful: Mask = np.array([case.harmful for case in suite.cases])
        self.langs = np.array([case.lang for case in suite.cases])
        self.above: Mask = risks >= threshold
        place = {case.id: i for i, case in enumerate(suite.cases)}
        self.pairs = [(i, place[c.pair]) for i, c in enumerate(suite.cases) if c.harmful and c.pair is not None]

    def row(self, name: str, at: Mask) -> Row:
        """Return the figures of the cases chosen."""
        bad, good = at & self.harmful, at & ~self.harmful
        within = bool(bad.any() and good.any())
        pairs = [(i, j) for i, j in self.pairs if at[i] and at[j]]
        return Row(
            name=name,
            cases=int(at.sum()),
            harmful=int(bad.sum()),
            right=float((self.above == self.harmful)[at].mean()),
            recall=_mean(self.above[bad]),
            false_alarms=_mean(self.above[good]),
            mean_harmful=_mean(self.risks[bad]),
            mean_harmless=_mean(self.risks[good]),
            auc=self.auc(bad if bad.any() else self.harmful, good if good.any() else ~self.harmful, self.risks),
            within=within,
            pairs=len(pairs),
            pair_accuracy=_mean(np.array([self.risks[i] > self.risks[j] for i, j in pairs])),
        )

    def auc(self, positive: Mask, negative: Mask, scores: NDArray[np.float64]) -> float | None:
        """Return the AUC over pairs of the same language; None where no language has both sides."""
        total = weight = 0.0
        for lang in np.unique(self.langs):
            above, below = positive & (self.langs == lang), negative & (self.langs == lang)
            pairs = float(above.sum()) * float(below.sum())
            if pairs:
                chosen = above | below
                total += pairs * float(roc_auc_score(above[chosen], scores[chosen]))
                weight += pairs
        return total / weight if weight else None


def _insertions(model: Model, suite: Suite) -> tuple[Movement, ...]:
    before = model.risk([case.base for case in suite.insertions])
    after = model.risk([case.inserted for case in suite.insertions])
    moved = np.abs(after - before)
    splits = {"all": np.ones(len(moved), dtype=np.bool_)}
    splits |= _split(case.what for case in suite.insertions)
    splits |= _split(case.lang for case in suite.insertions)
    return tuple(
        Movement(name, int(at.sum()), float(np.median(d)), float(d.max()), float((d <= TOLERANCE).mean()))
        for name, at in splits.items()
        for d in (moved[at],)
    )


def _urgency(model: Model, suite: Suite) -> tuple[Rates, ...]:
    results = model.score([case.text for case in suite.urgency], terms=0)
    said = np.array([result.urgency.tier == "T0" for result in results])
    truth = np.array([case.t0 for case in suite.urgency])
    return _rates(said, truth, [case.lang for case in suite.urgency])


def _unknown(model: Model, suite: Suite) -> tuple[Rates, ...]:
    results = model.score([case.text for case in suite.languages], terms=0)
    said = np.array([result.band == UNKNOWN for result in results])
    truth = np.array([case.expect != KNOWN for case in suite.languages])
    return _rates(said, truth, [case.lang for case in suite.languages])


def _rates(said: Mask, truth: Mask, names: Sequence[str]) -> tuple[Rates, ...]:
    splits = {"all": np.ones(len(said), dtype=np.bool_)} | _split(names)
    return tuple(
        Rates(
            name, int((at & truth).sum()), _mean(said[at & truth]), int((at & ~truth).sum()), _mean(said[at & ~truth])
        )
        for name, at in splits.items()
    )


def _names(model: Model, text: str) -> bool:
    """Return whether a group or an organisation is masked in the text."""
    return any(token.text in {ENTITY, GROUP} for token in model.normalise(text).tokens)


def _split(values: Iterable[str]) -> dict[str, Mask]:
    """Return where each value stands, in order of appearance."""
    column = np.array(list(values))
    return {str(value): column == value for value in dict.fromkeys(column.tolist())}


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean()) if values.size else None
