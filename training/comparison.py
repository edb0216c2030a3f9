"""Two versions on the same posts: which bands move, in which slices, and which words moved them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.masks import readable
from classifier.model import Model
from classifier.types import Post, Result
from training.evaluation import Evaluation
from training.labelled import Labelled

#: More stretches than a window has tokens: nothing is left in `rest`.
ALL_TERMS = 1_000
SHOWN_WORDS = 4
SHOWN_MOVES = 40
ORDER = {"pass": 0, "unknown": 0, "review": 1, "flag": 2}


@dataclass(frozen=True, slots=True)
class Move:
    """A post whose band differs between two versions.

    Attributes
    ----------
    id
        The post.
    harmful
        Its label.
    before, after
        Bands under the old and the new version.
    logit
        By how much the new logit is higher.
    words
        Canonical words, names masked, with by how much each one's share of the logit rose; the largest first.
    """

    id: str
    harmful: bool
    before: str
    after: str
    logit: float
    words: tuple[tuple[str, float], ...]

    @property
    def better(self) -> bool | None:
        """Whether the move is towards the label; None where both bands are on the same side of review."""
        up = ORDER[self.after] - ORDER[self.before]
        return None if up == 0 else (up > 0) == self.harmful


def compare(old: Model, new: Model, before: Evaluation, after: Evaluation) -> dict[str, Any]:
    """Compare two versions on labelled posts.

    Parameters
    ----------
    old, new
        The versions.
    before, after
        Their evaluations on the same posts.

    Returns
    -------
    dict
        How many posts move from which band to which, by slice, and the moves that shift the logit most.
    """
    moved = np.array([a.band != b.band for a, b in zip(before.results, after.results, strict=True)])
    slices = {"all": np.ones(len(moved), dtype=np.bool_), **after.slices()}
    rows = np.flatnonzero(moved).tolist()
    shifts = {i: after.results[i].logit - before.results[i].logit for i in rows}
    chosen = sorted(rows, key=lambda i: -abs(shifts[i]))[:SHOWN_MOVES]
    return {
        "old": old.name,
        "new": new.name,
        "posts": len(moved),
        "moved": int(moved.sum()),
        "slices": {name: _moves(before, after, np.flatnonzero(at & moved).tolist()) for name, at in slices.items()},
        "posts_by_slice": {name: int(at.sum()) for name, at in slices.items()},
        "shown": explain_moves(old, new, [after.posts[i] for i in chosen]),
    }


def _moves(before: Evaluation, after: Evaluation, rows: Sequence[int]) -> dict[str, int]:
    """Count the moves by ``old → new``, harm and benign apart."""
    counts = Counter(
        f"{'harm' if after.posts[i].harmful else 'benign'}: {before.results[i].band} → {after.results[i].band}"
        for i in rows
    )
    return dict(counts.most_common())


def explain_moves(old: Model, new: Model, posts: Sequence[Labelled]) -> list[Move]:
    """Return for posts how each version bands them, and the words whose shares of the logit differ most."""
    asked = [Post(post.id, post.text) for post in posts]
    pairs = zip(posts, old.score_posts(asked, ALL_TERMS), new.score_posts(asked, ALL_TERMS), strict=True)
    return [
        Move(post.id, post.harmful, a.band, b.band, b.logit - a.logit, _shifted(new, post.text, a, b))
        for post, a, b in pairs
    ]


def _shifted(model: Model, text: str, a: Result, b: Result) -> tuple[tuple[str, float], ...]:
    """Return the canonical words whose weight changed most; a stretch's weight is shared by its code points."""
    before, after = _by_code_point(text, a), _by_code_point(text, b)
    shifts: dict[str, float] = defaultdict(float)
    for token in model.normalise(text).tokens:
        if not token.is_mask:
            shifts[readable(token.text)] += float((after - before)[token.start : token.end].sum())
    ranked = sorted(shifts.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return tuple((word, shift) for word, shift in ranked[:SHOWN_WORDS] if shift)


def _by_code_point(text: str, result: Result) -> np.ndarray[Any, np.dtype[np.float64]]:
    spread = np.zeros(len(text))
    for term in result.terms:
        places = [i for i in range(term.start, term.end) if not text[i].isspace()]
        spread[places] += term.weight / max(len(places), 1)
    return spread
