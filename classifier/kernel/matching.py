"""Pairs of texts that are nearly the same: candidates by equal band keys, then the exact similarity of their n-grams."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import Ints, Longs
from classifier.kernel.compiler import allocating, inlined, whole
from classifier.kernel.shingles import Bits, Hashes

#: Of the entries that share a key at most so many are looked at, and of a cluster's so many neighbours.
LONGEST_RUN, REACH = 4096, 16
HALF = np.uint64(32)


class Texts(NamedTuple):
    """Texts as hashes.

    Attributes
    ----------
    grams, places
        Ascending n-grams of each text, and where they begin.
    words, word_places
        Its words in order, and where they begin.
    """

    grams: Hashes
    places: Longs
    words: Hashes
    word_places: Longs


@inlined
def similarity(ours: Texts, one: int, theirs: Texts, other: int, least: float) -> float:
    """Return the Jaccard similarity of two texts' n-grams, 0 where it is below `least`."""
    a, a_end = ours.places[one], ours.places[one + 1]
    b, b_end = theirs.places[other], theirs.places[other + 1]
    size, other_size = a_end - a, b_end - b
    if min(size, other_size) < least * max(size, other_size) or size == 0:
        return 0.0
    # the two together may leave so many unshared; the walk ends as soon as there are more
    spare = np.int64((1.0 - least) / (1.0 + least) * (size + other_size) + 1e-9)
    shared = alone = 0
    while a < a_end and b < b_end and alone <= spare:
        mine, yours = ours.grams[a], theirs.grams[b]
        same = whole(mine == yours)
        shared += same
        alone += 1 - same
        a += whole(mine <= yours)
        b += whole(yours <= mine)
    found = shared / (size + other_size - shared)
    return found if alone <= spare and found >= least else 0.0


@inlined
def shared_bits(ours: Texts, bits: Bits, one: int, theirs: Texts, other: int) -> float:
    """Return the bits of the distinct words that two texts share, as our side weighs them."""
    total = 0.0
    first, start, end = ours.word_places[one], theirs.word_places[other], theirs.word_places[other + 1]
    for i in range(first, ours.word_places[one + 1]):
        word, wanted = ours.words[i], bits[i] > 0
        for j in range(first, i):
            wanted = wanted and not (ours.words[j] == word and bits[j] > 0)
        if wanted:
            for j in range(start, end):
                if theirs.words[j] == word:
                    total += bits[i]
                    break
    return total


@inlined
def _first(keys: Hashes, wanted: np.uint32) -> int:
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@allocating
def match(  # noqa: PLR0913, PLR0917 - compiled code is called by position
    posts: tuple[NDArray[Any], ...],
    bits: Bits,
    wanted: Hashes,
    entries: tuple[NDArray[Any], ...],
    keys: Hashes,
    rows: Hashes,
    least: float,
    least_bits: float,
    seen: Ints,
    chosen: Longs,
    first: int,
    pairs: Longs,
    scores: Bits,
) -> tuple[int, int]:
    """Write the pairs of posts and entries that are nearly the same.

    Parameters
    ----------
    posts, entries
        `Texts` of both sides.
    bits
        What the posts' words weigh.
    wanted
        Band keys of the posts, shape ``(posts, bands)``.
    keys, rows
        The entries' keys of each band, ascending, and whose they are, shape ``(bands, entries)``.
    least, least_bits
        Least similarity and least bits of shared words.
    seen
        Scratch of -1, one an entry.
    chosen
        The posts to match; those from place `first` on are.
    pairs, scores
        Written: ``(post, entry)`` and ``(similarity, bits)``.

    Returns
    -------
    place : int
        The place of the first post that found no room; else the number of those chosen.
    count : int
        Pairs written of the posts before it.
    """
    ours, theirs = Texts(*posts), Texts(*entries)
    written = 0
    for place in range(first, len(chosen)):
        post = chosen[place]
        before = written
        for band in range(len(keys)):
            key = wanted[post, band]
            at = _first(keys[band], key)
            stop = min(len(rows[band]), at + LONGEST_RUN)
            while at < stop and keys[band, at] == key:
                entry = whole(rows[band, at])
                at += 1
                if seen[entry] == post:
                    continue
                seen[entry] = post
                found = similarity(ours, post, theirs, entry, least)
                if found == 0:
                    continue
                shared = shared_bits(ours, bits, post, theirs, entry)
                if shared < least_bits:
                    continue
                if written == len(pairs):
                    return place, before
                pairs[written, 0], pairs[written, 1] = post, entry
                scores[written, 0], scores[written, 1] = found, shared
                written += 1
    return len(chosen), written


@inlined
def root_of(parents: Longs, node: int) -> int:
    """Return the set that a text is in, and shorten the way to it."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@allocating
def link(
    posts: tuple[NDArray[Any], ...],
    bits: Bits,
    keys: Hashes,
    rows: Longs,
    least: float,
    least_bits: float,
    parents: Longs,
) -> int:
    """Join the sets of texts that share a key of one band and are nearly the same.

    Parameters
    ----------
    posts, bits, least, least_bits
        As in `match`; the shared words must be telling on both sides.
    keys, rows
        The keys of the band, ascending, and whose they are.
    parents
        Changed: the parent of each text; the root is the first of its set.

    Returns
    -------
    int
        Pairs compared.
    """
    texts = Texts(*posts)
    compared, start = 0, 0
    for i in range(len(keys)):
        if keys[i] != keys[start]:
            start = i
        for j in range(max(start, i - REACH), i):
            one, other = root_of(parents, rows[i]), root_of(parents, rows[j])
            if one == other:
                continue
            compared += 1
            if (
                similarity(texts, rows[i], texts, rows[j], least) > 0
                and shared_bits(texts, bits, rows[i], texts, rows[j]) >= least_bits
                and shared_bits(texts, bits, rows[j], texts, rows[i]) >= least_bits
            ):
                parents[max(one, other)] = min(one, other)
    return compared
