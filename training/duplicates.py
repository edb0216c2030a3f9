"""Texts that are the same or nearly so: Jaccard similarity of character 5-grams, exact, without comparing all with all.

The prefix filter of Bayardo, Ma and Srikant (2007, "Scaling up all pairs similarity search"): two sets of Jaccard similarity t
share at least one of each one's rarest ``n - ceil(t n) + 1`` members, so only texts that share a rare 5-gram are compared.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

SIMILAR = 0.7
SIZE = 5


@dataclass(frozen=True)
class Links:
    """Which texts are nearly the same.

    Attributes
    ----------
    cluster
        For each text the index of the first one of its cluster, itself where it has no like.
    leaks
        Index of a text → index of a text of the other side that it is nearly the same as.
    """

    cluster: list[int]
    leaks: dict[int, int]


def shingles(text: str) -> frozenset[str]:
    """Return the character 5-grams of a canonical text; a shorter text is one of its own."""
    return frozenset(text[i : i + SIZE] for i in range(max(len(text) - SIZE + 1, 1)))


def jaccard(one: str, other: str) -> float:
    """Return the similarity of two canonical texts, 0 to 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def link(texts: Sequence[str], others: Sequence[str] = (), threshold: float = SIMILAR) -> Links:
    """Find texts that are nearly the same among themselves, and those nearly the same as one of the other side.

    Parameters
    ----------
    texts
        Canonical texts.
    others
        Canonical texts of the other side of a split.
    threshold
        Least Jaccard similarity.
    """
    parent = list(range(len(texts)))
    leaks: dict[int, int] = {}
    for one, other in _pairs([*texts, *others], len(texts), threshold, leaks, parent):
        if other < len(texts):
            first, second = sorted((_root(parent, one), _root(parent, other)))
            parent[second] = first
        else:
            leaks[one] = other - len(texts)
    return Links([_root(parent, i) for i in range(len(texts))], leaks)


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _pairs(
    texts: list[str], own: int, threshold: float, leaks: dict[int, int], parent: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield similar pairs, the lower index first, that say something new: in no cluster together yet, not leaked yet."""
    grams = _rare_first(texts)
    index: dict[int, list[int]] = defaultdict(list)
    for one in sorted(range(len(texts)), key=lambda i: len(grams[i])):
        size = len(grams[one])
        prefix = grams[one][: size - ceil(threshold * size) + 1]
        members = set(grams[one])
        for other in {o for gram in prefix for o in index[gram]}:
            low, high = sorted((one, other))
            known = low >= own or low in leaks if high >= own else _root(parent, low) == _root(parent, high)
            if known or len(grams[other]) < threshold * size:
                continue
            shared = len(members.intersection(grams[other]))
            if shared >= threshold * (size + len(grams[other]) - shared):
                yield low, high
        for gram in prefix:
            index[gram].append(one)


def _rare_first(texts: list[str]) -> list[array[int]]:
    """Return the 5-grams of each text as numbers, the rarest of all texts first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(shingles(text))
    ranks = {gram: rank for rank, (gram, _) in enumerate(sorted(counts.items(), key=lambda pair: (pair[1], pair[0])))}
    return [array("I", sorted(ranks[gram] for gram in shingles(text))) for text in texts]
