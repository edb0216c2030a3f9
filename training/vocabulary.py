"""Which n-grams become features: those that stand widely in a language of the seeds or in the owner's labels."""

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
class Families:
    """Which rows belong to which family, shape ``(families, rows)``, and which families to which group.

    A group is a language of the seeds, or the owner's labels, each of whose posts is a family.
    """

    rows: sparse.csr_matrix
    groups: sparse.csr_matrix

    def choose(self, counts: Counts, fewest: int, most: int) -> list[int]:
        """Return the columns of the n-grams that become features, in the order of the n-grams.

        Those that stand in `fewest` families and reach furthest within some group: how many of its families they stand in, by
        the root of its size. By number alone, a large language would crowd out a small one, and the seeds fifty labels; by
        share alone, the small ones would crowd out the large.
        """
        spread = np.zeros(len(counts.terms), dtype=np.int64)
        reach = np.zeros(len(counts.terms))
        for group in self.groups:
            standing = self._standing(counts, group)
            spread += standing
            np.maximum(reach, standing * group.nnz**-0.5, out=reach)
        wide = [c for c in np.flatnonzero(spread >= fewest).tolist() if not WEIGHTLESS.issuperset(counts.terms[c])]
        wide.sort(key=lambda column: (-reach[column], counts.terms[column]))
        return sorted(wide[:most], key=counts.terms.__getitem__)

    def _standing(self, counts: Counts, group: sparse.csr_matrix) -> NDArray[np.int64]:
        """Return in how many families of a group each n-gram stands.

        A labelled post is a family of its own, so a piece of them is looked at at a time.
        """
        standing = np.zeros(len(counts.terms), dtype=np.int64)
        for start in range(0, group.nnz, PIECE):
            present = counts.grouped(self.rows[group.indices[start : start + PIECE]])
            standing += np.bincount(present.indices, minlength=len(standing))
        return standing


def group_families(corpus: Corpus, lessons: Lessons) -> Families:
    """Return the families of the windows and, behind them, of the pseudo-posts."""
    posts = [corpus.posts[owner] for owner in corpus.owner.tolist()]
    owners = [(post.family, LABEL if post.family.startswith(LABEL) else post.lang) for post in posts]
    owners += [(post.family, post.lang) for post in lessons.pseudo]
    names = {owner: row for row, owner in enumerate(dict.fromkeys(owners))}
    groups = sorted({group for _, group in names})
    return Families(_members([names[owner] for owner in owners]), _members([groups.index(group) for _, group in names]))


def _members(owners: Sequence[int]) -> sparse.csr_matrix:
    """Return a matrix of ones at ``(owner, item)``."""
    return sparse.csr_matrix((np.ones(len(owners), dtype=np.float32), (owners, np.arange(len(owners)))))
