"""The n-grams of a post as rows of the table: what `classifier.features` does.

The character n-grams of a token depend on the token alone. For the words that the model has seen they stand ready, as a
list of rows and the sum of their weights; for any other word they are looked up here, once a post, whatever the windows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import Codes, Features, Ints, Longs, Tables, Tokens, Words64
from classifier.kernel.codes import (
    BEGINS_GRAM,
    CHAR_HIGH,
    CHAR_LOW,
    FLAGS,
    GOES_ON_GRAM,
    LOW_WORD,
    NOTHING,
    PAIR,
    PAIRS,
    PAIRS_BITS,
    PAIRS_SHIFT,
    READY,
    WORD_HIGH,
    WORD_ROWS,
)
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import FACTOR, HALF, ONE, ZERO, find, finish, step
from classifier.kernel.tries import seek, value_of

SPACE_CODE = 0x20
BIT = np.uint64(63)
SIX = np.uint64(6)


@inlined
def find_features(tables: Tables, tokens: Tokens, count: int, features: Features) -> None:
    """Write the rows of every token: its own, its characters', and those of the word n-grams that begin at it."""
    written = 0
    for place in range(count):
        word = whole(tokens.words[place])
        if word == NOTHING or word >= tables.settings[READY]:
            features.row_starts[place] = written
            start = whole(tokens.starts[place])
            written = char_rows(
                tables, tokens.letters, start, start + tokens.sizes[place], features.padded, features.rows, written
            )
            features.row_counts[place] = written - features.row_starts[place]
    find_word_grams(tables, tokens, count, features)


@inlined
def find_word_grams(tables: Tables, tokens: Tokens, count: int, features: Features) -> None:
    """Write the rows of the n-grams of two words and more, with the end of each, and where each token's begin."""
    found = 0
    if tables.settings[WORD_HIGH] == PAIR:
        found = find_pairs(tables, tokens, count, features)
    else:
        for place in range(count):
            features.gram_starts[place] = found
            found = longer_grams(tables, tokens, place, count, features, found)
    features.gram_starts[count] = found


@inlined
def find_pairs(tables: Tables, tokens: Tokens, count: int, features: Features) -> int:
    """Write the rows of the n-grams of two words; return how many.

    Each word has a table of its own for the words after it, those of frequent words side by side. Nobody can guess which
    pairs are in the vocabulary, so every pair is looked up, and there is a branch only where a slot holds another one.
    """
    pairs, found = tables.pairs, 0
    for place in range(count - 1):
        features.gram_starts[place] = found
        one, other = whole(tokens.words[place]), whole(tokens.words[place + 1])
        flags = whole(tables.facts[max(one, 0), FLAGS])
        may = (one >= 0) & (other >= 0) & (flags & BEGINS_GRAM != 0)
        first = np.uint64(tables.facts[max(one, 0), PAIRS] * may)
        size = ONE << np.uint64(flags >> PAIRS_SHIFT & PAIRS_BITS)
        wanted = np.uint64(other + 1)
        at = pair_place(wanted, size)
        slot = pairs[first + at]
        if may and slot >> HALF != wanted and slot != ZERO:
            slot = probe(pairs, first, at, size, wanted)
        features.grams[found], features.gram_ends[found] = whole(slot & LOW_WORD), place + 2
        found += may & (slot >> HALF == wanted)
    if count:
        features.gram_starts[count - 1] = found
    return found


@inlined
def pair_place(wanted: np.uint64, size: np.uint64) -> np.uint64:
    """Return the slot of a word's table of pairs where the search begins."""
    return (wanted * FACTOR >> HALF) & (size - ONE)


@inlined
def probe(pairs: Words64, first: np.uint64, at: np.uint64, size: np.uint64, wanted: np.uint64) -> np.uint64:
    """Return the slot of a pair, or the empty one where it would be."""
    while pairs[first + at] != ZERO and pairs[first + at] >> HALF != wanted:
        at = (at + ONE) & (size - ONE)
    return np.uint64(pairs[first + at])


@apart
def plant_pairs(facts: NDArray[np.int32], pairs: Words64, ones: Longs, others: Longs, rows: Longs) -> None:
    """Put pairs of words into the tables whose places and sizes the facts say."""
    for i in range(len(ones)):
        first = np.uint64(facts[ones[i], PAIRS])
        size = ONE << np.uint64(facts[ones[i], FLAGS] >> PAIRS_SHIFT & PAIRS_BITS)
        wanted = np.uint64(others[i] + 1)
        at = pair_place(wanted, size)
        while pairs[first + at] != ZERO:
            at = (at + ONE) & (size - ONE)
        pairs[first + at] = wanted << HALF | np.uint64(rows[i])


@inlined
def longer_grams(tables: Tables, tokens: Tokens, place: int, count: int, features: Features, found: int) -> int:
    """Write the rows of the n-grams that begin at a token, of any number of words; return how many there are now."""
    state = whole(tokens.words[place])
    if state == NOTHING or not tables.facts[state, FLAGS] & BEGINS_GRAM:
        return found
    for last in range(place + 1, min(place + tables.settings[WORD_HIGH], count)):
        word = whole(tokens.words[last])
        if word == NOTHING or not tables.facts[word, FLAGS] & GOES_ON_GRAM:
            break
        leads = seek(tables.word_grams, state, word)
        if leads == ZERO:
            break
        state, row = whole(leads & LOW_WORD) - 1, value_of(leads)
        features.grams[found], features.gram_ends[found] = row, last + 1
        found += row != NOTHING
    return found


@inlined
def may_hold(bits: Words64, key: np.uint64) -> bool:
    """Tell whether an n-gram may be in the vocabulary; most that are not stop here, in the first cache."""
    place = (key >> np.uint64(17)) & np.uint64(len(bits) * 64 - 1)
    return bool(bits[place >> SIX] >> (place & BIT) & ONE)


@inlined
def char_rows(tables: Tables, letters: Codes, start: int, end: int, padded: Codes, rows: Ints, written: int) -> int:
    """Append the rows of a token's character n-grams; return how many rows there are now.

    From each letter on, the hash of a longer n-gram is rolled from the shorter one.
    """
    low, high, shift = tables.settings[CHAR_LOW], tables.settings[CHAR_HIGH], tables.settings[WORD_ROWS]
    size = end - start + 2
    padded[0] = padded[size - 1] = SPACE_CODE
    for i in range(end - start):
        padded[i + 1] = letters[start + i]
    if size < low:  # counted once, whole; it cannot be in a vocabulary of `low` and more unless it is that short
        high = low
    for first in range(size):
        state = tables.char_grams.seed[0]
        for i in range(first, min(first + high, size)):
            state = step(state, padded[i])
            length = i - first + 1
            if length < low and not (first == 0 and length == size):
                continue
            key = finish(state)
            if may_hold(tables.char_filter, key):
                row = find(tables.char_grams, key, padded, first, length)
                if row != NOTHING:
                    rows[written] = row + shift
                    written += 1
    return written
