"""What stands ready for known words: the rows of their n-grams and the sums of these rows' weights."""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Ints, Tables, Words64
from classifier.kernel.codes import (
    GROUND_COUNT,
    HEAD_COUNT,
    LONGEST_TOKEN,
    NOTHING,
    READY,
    ROWS_COUNT,
    ROWS_START,
    WORD_ROWS,
)
from classifier.kernel.compiler import allocating, whole
from classifier.kernel.dictionary import ONE, hash_of
from classifier.kernel.features import BIT, SIX, char_rows
from classifier.kernel.scoring import add
from classifier.kernel.vectors import ROWS


@allocating
def char_filter(seed: np.uint64, places: Ints, pool: Codes, size: int) -> Words64:
    """Return a bit map of 64 · `size` bits (a power of two) with one bit set for each string."""
    bits = np.zeros(size, dtype=np.uint64)
    for number in range(len(places) - 1):
        key = hash_of(seed, pool, places[number], places[number + 1])
        place = (key >> np.uint64(17)) & np.uint64(size * 64 - 1)
        bits[place >> SIX] |= ONE << (place & BIT)
    return bits


@allocating
def make_ready(tables: Tables, own: Ints) -> Ints:
    """Write rows and sums of the ready words to the tables' facts and sums; return all their rows.

    Parameters
    ----------
    tables
        All else must be in them.
    own
        The row of each word by itself, or -1.
    """
    ready, words = tables.settings[READY], tables.settings[WORD_ROWS]
    most = 0
    for word in range(ready):
        most = max(most, tables.words.places[word + 1] - tables.words.places[word])
    padded = np.zeros(most + LONGEST_TOKEN, dtype=np.uint32)
    rows = np.zeros(1 << 20, dtype=np.int32)
    written = 0
    for word in range(ready):
        start, end = whole(tables.words.places[word]), whole(tables.words.places[word + 1])
        room = written + (end - start + 2) * (end - start + 2) + 8
        if room > len(rows):
            larger = np.zeros(2 * room, dtype=np.int32)
            larger[:written] = rows[:written]
            rows = larger
        first = written
        if own[word] != NOTHING:
            rows[written] = own[word]
            written += 1
        written = char_rows(tables, tables.words.pool, start, end, padded, rows, written)
        tables.facts[word, ROWS_START], tables.facts[word, ROWS_COUNT] = first, written - first
        for i in range(first, written):
            row = whole(rows[i])
            channel = 0 if row < words else 1
            add(tables.ground_sums[word], channel * (GROUND_COUNT + 1), tables.ground_weights, row, GROUND_COUNT + 1)
            add(tables.head_sums[word], channel * (HEAD_COUNT + 1), tables.head_weights, row, HEAD_COUNT + 1)
    packed = np.zeros(written + ROWS, dtype=np.int32)  # rows are copied in blocks
    packed[:written] = rows[:written]
    return packed
