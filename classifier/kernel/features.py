"""The n-grams of a post as rows of the table: what `classifier.features` does.

The character n-grams of a token depend on the token alone. For the words that the model has seen they stand ready, as a
list of rows and the sum of their weights; for any other word they are looked up here, once a post, whatever the windows.
"""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Features, Ints, Tables, Tokens, Words64
from classifier.kernel.codes import (
    BEGINS_GRAM,
    CHAR_HIGH,
    CHAR_LOW,
    GOES_ON_GRAM,
    GRAM_FLAGS,
    NOTHING,
    READY,
    WORD_HIGH,
    WORD_ROW,
    WORD_ROWS,
)
from classifier.kernel.compiler import inlined, whole
from classifier.kernel.dictionary import ONE, find, finish, step
from classifier.kernel.tries import follow

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
            if word != NOTHING and tables.facts[word, WORD_ROW] != NOTHING:
                features.rows[written] = tables.facts[word, WORD_ROW]
                written += 1
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
    for place in range(count):
        features.gram_starts[place] = found
        state = whole(tokens.words[place])
        if state == NOTHING or not tables.facts[state, GRAM_FLAGS] & BEGINS_GRAM:
            continue
        for last in range(place + 1, min(place + tables.settings[WORD_HIGH], count)):
            word = whole(tokens.words[last])
            if word == NOTHING or not tables.facts[word, GRAM_FLAGS] & GOES_ON_GRAM:
                break
            state = follow(tables.word_grams, state, word)
            if state == NOTHING:
                break
            row = tables.word_grams.values[state]
            features.grams[found], features.gram_ends[found] = row, last + 1
            found += row != NOTHING
    features.gram_starts[count] = found


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
