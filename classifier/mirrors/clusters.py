"""Posts of one archive that say the same, a little reworded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import sealed
from classifier.kernel.matching import link
from classifier.mirrors.background import Background
from classifier.mirrors.contents import Contents, Digester, Signature, join
from classifier.mirrors.index import LEAST_BITS, THRESHOLD
from classifier.mirrors.keys import OPEN

#: Content of more accounts than this is taken for something that everybody shares.
COMMONPLACE = 1000
#: Texts read at once.
BATCH = 16384


@dataclass(frozen=True)
class Clusters:
    """Which posts say the same.

    Attributes
    ----------
    first
        For each post the number of the first one of its cluster: itself where it has no like.
    """

    first: NDArray[np.int64]

    def groups(self, accounts: Sequence[str | None] | None = None, most: int = COMMONPLACE) -> list[NDArray[np.int64]]:
        """Return the clusters of two or more posts, the largest first.

        Parameters
        ----------
        accounts
            Whose each post is; without them, and for posts without one, each post counts as an account of its own.
        most
            A cluster of more accounts is left out.
        """
        order = np.argsort(self.first, kind="stable")
        starts = np.flatnonzero(np.diff(self.first[order], prepend=-1))
        groups = [group for group in np.split(order, starts[1:]) if len(group) > 1]
        if accounts is not None:
            groups = [g for g in groups if account_count(accounts[i] for i in g.tolist()) <= most]
        else:
            groups = [g for g in groups if len(g) <= most]
        return sorted(groups, key=lambda group: (-len(group), int(group[0])))


def account_count(accounts: object) -> int:
    """Return how many accounts there are, one for each post that has none."""
    seen: set[str] = set()
    unknown = 0
    for account in accounts:  # type: ignore[attr-defined]  # an iterable
        if account is None:
            unknown += 1
        else:
            seen.add(account)
    return len(seen) + unknown


class Clusterer:
    """Collects the posts of an archive, then finds their clusters; about 1 kB a post is kept, no text.

    Parameters
    ----------
    background
        What is commonplace.
    threshold, least_bits
        When two posts are taken to say the same.
    signature
        How candidates are found.
    """

    def __init__(
        self,
        background: Background,
        threshold: float = THRESHOLD,
        least_bits: float = LEAST_BITS,
        signature: Signature | None = None,
    ) -> None:
        self.threshold, self.least_bits = threshold, least_bits
        self._digest = Digester(OPEN, background, signature)
        self._parts: list[Contents] = []

    def add(self, texts: Sequence[str]) -> None:
        """Add posts."""
        for start in range(0, len(texts), BATCH):
            self._parts.append(self._digest(texts[start : start + BATCH]))

    def clusters(self) -> Clusters:
        """Return the clusters of all posts so far: sets joined by pairs that are nearly the same."""
        if not self._parts:
            return Clusters(np.empty(0, dtype=np.int64))
        self._parts = [join(self._parts)]
        contents = self._parts[0]
        parents = np.arange(len(contents), dtype=np.int64)
        telling = np.flatnonzero(contents.weights >= self.least_bits)
        _, where, inverse = np.unique(contents.whole[telling], return_index=True, return_inverse=True)
        unlike = telling[np.sort(where)]
        parents[telling] = telling[where[inverse]]  # equal texts are one
        texts, bits = contents.texts, sealed(contents.bits)
        for band in range(contents.keys.shape[1]):
            keys = contents.keys[unlike, band]
            order = np.argsort(keys, kind="stable")
            link(texts, bits, sealed(keys[order]), sealed(unlike[order]), self.threshold, self.least_bits, parents)
        return Clusters(_roots(parents))


def _roots(parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the root of each node."""
    while True:
        above = parents[parents]
        if np.array_equal(above, parents):
            return parents
        parents = above
