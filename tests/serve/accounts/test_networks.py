"""Networks beside a plain way to find them: every pair of accounts, sets of contents, and a walk."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from serve.accounts.collect import Collected
from serve.accounts.networks import find_networks


def posts(groups: list[list[int]], accounts: int) -> Collected:
    """Return posts of which each group's say the same, each by the account named."""
    owner = [account for group in groups for account in group]
    ends = np.cumsum([len(group) for group in groups], dtype=np.int64)
    places = [np.arange(end - len(group), end) for end, group in zip(ends.tolist(), groups, strict=True)]
    count = len(owner)
    return Collected(
        [f"a{i}" for i in range(accounts)], np.array(owner, dtype=np.int64), np.zeros(count, dtype=np.bool_),
        np.zeros(count, dtype=np.int64), np.arange(count), places, 0, textless=False,
    )  # fmt: skip


def plain(groups: list[list[int]], accounts: int, least: int) -> set[frozenset[int]]:
    contents = [
        {g for g, group in enumerate(groups) if account in group and len(set(group)) > 1} for account in range(accounts)
    ]
    left, found = set(range(accounts)), set()
    while left:
        network, reached = set(), {left.pop()}
        while reached:
            one = reached.pop()
            network.add(one)
            reached |= {other for other in left if len(contents[one] & contents[other]) >= least}
            left -= reached
        if len(network) > 1:
            found.add(frozenset(network))
    return found


@given(st.lists(st.lists(st.integers(0, 8), min_size=2, max_size=5), max_size=12), st.integers(1, 3))
def test_networks_are_those_of_the_plain_way(groups: list[list[int]], least: int) -> None:
    found = find_networks(posts(groups, 9), least)
    networks = {frozenset(np.flatnonzero(found.network == n).tolist()) for n in range(1, found.count + 1)}
    assert networks == plain(groups, 9, least)
    assert found.count == len(networks)


@given(st.lists(st.lists(st.integers(0, 8), min_size=2, max_size=5), max_size=12))
def test_only_contents_of_two_accounts_are_mirrored(groups: list[list[int]]) -> None:
    made = posts(groups, 9)
    mirrored = find_networks(made).content > 0
    expected = [len(set(group)) > 1 for group in groups for _ in group]
    assert mirrored.tolist() == expected
