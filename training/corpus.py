"""Posts made ready for fitting: canonical windows, with the post each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.labels import CATEGORIES, GROUNDS, HEADS
from classifier.reader import Reader
from classifier.scoring import windows
from training.generate import LabelledPost


@dataclass(frozen=True)
class Corpus:
    """Labelled posts as canonical windows.

    Attributes
    ----------
    posts
        The posts.
    texts
        Canonical windows: tokens joined by single spaces.
    owner
        Index of the post of each window, ascending, shape ``(windows,)``.
    targets
        1 where a head applies to a post, shape ``(posts, heads)``.
    """

    posts: list[LabelledPost]
    texts: list[str]
    owner: NDArray[np.int64]
    targets: NDArray[np.int8]

    def maxima(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the maximum over each post's windows; `values` has one row a window."""
        starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
        return np.asarray(np.maximum.reduceat(values, starts, axis=0), dtype=np.float64)

    def teaches(self) -> NDArray[np.bool_]:
        """Return which windows carry their post's label: all of benign posts, of harmful ones only a single window."""
        counts = np.bincount(self.owner, minlength=len(self.posts))
        benign = np.array([not p.harmful for p in self.posts])
        return np.asarray((benign | (counts == 1))[self.owner], dtype=np.bool_)


def prepare(posts: Sequence[LabelledPost], read: Reader, window: int) -> Corpus:
    """Normalise posts and cut them into windows."""
    texts: list[str] = []
    owner: list[int] = []
    for index, post in enumerate(posts):
        tokens = read(post.text)
        for start, end in windows(len(tokens), window):
            texts.append(" ".join(tokens[start:end]))
            owner.append(index)
    return Corpus(list(posts), texts, np.array(owner, dtype=np.int64), targets(posts))


def targets(posts: Sequence[LabelledPost]) -> NDArray[np.int8]:
    """Return the label matrix, shape ``(posts, heads)``."""
    matrix = np.zeros((len(posts), len(HEADS)), dtype=np.int8)
    for row, post in enumerate(posts):
        grounds = post.grounds
        matrix[row, : len(GROUNDS)] = [g in grounds for g in GROUNDS]
        matrix[row, len(GROUNDS) :] = [c in post.categories for c in CATEGORIES]
    return matrix
