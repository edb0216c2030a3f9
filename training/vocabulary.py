"""Which n-grams become features: those of the seeds that stand widely, and some of the owner's labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.masks import MASKS
from training.corpus import Corpus
from training.counting import Counts
from training.lessons import Lessons
from training.prior import LABEL

#: Characters of n-grams that carry no weight on their own.
WEIGHTLESS = frozenset((*MASKS, " "))
#: Families whose n-grams are counted at once.
PIECE = 20_000


@dataclass(frozen=True)
class Limits:
    """Fewest families of a feature of the seeds, most features of theirs, and most more of the owner's labels."""

    fewest: int
    seeds: int
    labels: int


@dataclass(frozen=True)
class Families:
    """Which rows belong to which family, shape ``(families, rows)``, and which families to which group.

    A group is a language of the seeds or, the last one, the owner's labels.
    """

    rows: sparse.csr_matrix
    groups: sparse.csr_matrix

    def choose(self, counts: Counts, limits: Limits) -> list[int]:
        """Return the columns of the n-grams that become features, in the order of the n-grams.

        A language with a quarter of another's families needs half as many of them for an n-gram: by their number, the large
        language would crowd out the small one; by their share, the small one the large.
        """
        spread = np.zeros(len(counts.terms), dtype=np.int64)
        reach = np.zeros(len(counts.terms))
        for lang in self.groups[:-1]:
            standing = self._standing(counts, lang)
            spread += standing
            np.maximum(reach, standing * lang.nnz**-0.5, out=reach)
        chosen = _widest(counts.terms, np.where(spread >= limits.fewest, reach, 0.0), limits.seeds)
        owned = self._standing(counts, self.groups[-1]).astype(np.float64)
        owned[chosen] = 0.0
        chosen += _widest(counts.terms, owned, limits.labels)
        return sorted(chosen, key=counts.terms.__getitem__)

    def _standing(self, counts: Counts, group: sparse.csr_matrix) -> NDArray[np.int64]:
        """Return in how many families of a group each n-gram stands.

        A labelled post is a family of its own, so a piece of them is looked at at a time.
        """
        standing = np.zeros(len(counts.terms), dtype=np.int64)
        for start in range(0, group.nnz, PIECE):
            present = counts.grouped(self.rows[group.indices[start : start + PIECE]])
            standing += np.bincount(present.indices, minlength=len(standing))
        return standing


def _widest(terms: Sequence[str], spread: NDArray[np.float64], most: int) -> list[int]:
    """Return the columns of the n-grams that stand most widely, those with words of their own that stand anywhere."""
    wide = [column for column in np.flatnonzero(spread).tolist() if not WEIGHTLESS.issuperset(terms[column])]
    wide.sort(key=lambda column: (-spread[column], terms[column]))
    return wide[:most]


def group_families(corpus: Corpus, lessons: Lessons) -> Families:
    """Return the families of the windows and, behind them, of the pseudo-posts."""
    posts = [corpus.posts[owner] for owner in corpus.owner.tolist()]
    owners = [(post.family, LABEL if post.family.startswith(LABEL) else post.lang) for post in posts]
    owners += [(post.family, post.lang) for post in lessons.pseudo]
    names = {owner: row for row, owner in enumerate(dict.fromkeys(owners))}
    groups = [*sorted({group for _, group in names} - {LABEL}), LABEL]
    return Families(
        _members([names[owner] for owner in owners], len(names)),
        _members([groups.index(group) for _, group in names], len(groups)),
    )


def _members(owners: Sequence[int], count: int) -> sparse.csr_matrix:
    """Return a matrix of ones at ``(owner, item)``."""
    shape = (count, len(owners))
    return sparse.csr_matrix((np.ones(len(owners), dtype=np.float32), (owners, np.arange(len(owners)))), shape)
