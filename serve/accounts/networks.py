"""Accounts that post the same: contents that several share, and the groups that contents tie together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from serve.accounts.collect import Collected

#: So many contents in common tie two accounts together: one is often chance, a campaign or a chain letter.
LEAST_SHARED = 2


@dataclass(frozen=True)
class Networks:
    """What is mirrored, by whom.

    Attributes
    ----------
    content
        For each post the number of the content that it mirrors, from 1; 0 for none.
    network
        For each account the number of its network, from 1; 0 for none.
    """

    content: NDArray[np.int64]
    network: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many networks there are."""
        return int(self.network.max(initial=0))


def find_networks(posts: Collected, least: int = LEAST_SHARED) -> Networks:
    """Return the contents that two accounts or more share, and the networks they make.

    Parameters
    ----------
    posts
        The posts.
    least
        So many contents in common tie two accounts together; whoever is tied to one of a network belongs to it.
    """
    content = np.zeros(len(posts.account), dtype=np.int64)
    sharers: list[list[int]] = []
    for group in posts.groups:
        accounts = np.unique(posts.account[group])
        if len(accounts) > 1:
            sharers.append(accounts.tolist())
            content[group] = len(sharers)
    return Networks(content, _components(_ties(sharers, least, len(posts.names)), len(posts.names)))


def _ties(sharers: list[list[int]], least: int, accounts: int) -> NDArray[np.int64]:
    """Return the pairs of accounts that share enough contents, shape ``(pairs, 2)``."""
    if least == 1:
        chains = [(one, other) for group in sharers for one, other in pairwise(group)]
        return np.array(chains, dtype=np.int64).reshape(-1, 2)
    active = np.bincount([a for group in sharers for a in group], minlength=accounts) >= least
    codes: list[NDArray[np.int64]] = []
    for group in sharers:
        kept = [account for account in group if active[account]]
        pairs = np.fromiter((a * accounts + b for a, b in combinations(kept, 2)), dtype=np.int64)
        codes.append(pairs)
    found, counts = np.unique(np.concatenate(codes), return_counts=True) if codes else (np.empty(0, np.int64),) * 2
    tied = found[counts >= least]
    return np.stack([tied // max(accounts, 1), tied % max(accounts, 1)], axis=1)


def _components(ties: NDArray[np.int64], accounts: int) -> NDArray[np.int64]:
    """Return the number of each account's component of two or more, the one with the first account first; 0 for none."""
    parents = list(range(accounts))

    def root(node: int) -> int:
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for one, other in ties.tolist():
        first, second = sorted((root(one), root(other)))
        parents[second] = first
    roots = np.array([root(account) for account in range(accounts)], dtype=np.int64)
    sizes = np.bincount(roots, minlength=accounts)
    numbers = np.zeros(accounts, dtype=np.int64)
    large = np.flatnonzero(sizes > 1)
    numbers[large] = np.arange(1, len(large) + 1)
    return numbers[roots]
