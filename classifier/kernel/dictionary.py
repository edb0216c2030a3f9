"""Strings of code points found by hash: open addressing, one 64-bit slot an entry.

A slot holds the upper half of the hash and the string's number plus one. A hit is checked letter by letter, so two
strings with one hash are still two strings. The seed is chosen when the table is built so that no run of full slots is
long: that bounds every look-up, whatever an attacker sends.
"""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Dictionary, Ints, Tables, Words64
from classifier.kernel.codes import FACTS, FIRST_LETTER, FLAGS, LOW_WORD, NOTHING, SIZE_SHIFT
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.vectors import differ

FACTOR = np.uint64(0x9E3779B97F4A7C15)
FINISHER = np.uint64(0xD6E8FEB86659FD93)
HALF = np.uint64(32)
ONE, ZERO = np.uint64(1), np.uint64(0)
BLOCK = 8
#: For each size the letters of a block that count.
BEFORE_END = np.where(np.arange(BLOCK) < np.arange(BLOCK + 1)[:, np.newaxis], 0xFFFFFFFF, 0).astype(np.uint32)


@inlined
def step(state: np.uint64, char: int) -> np.uint64:
    """Take one more letter into a hash."""
    return (state ^ np.uint64(char)) * FACTOR


@inlined
def finish(state: np.uint64) -> np.uint64:
    """Spread a hash over all its bits."""
    state = (state ^ (state >> HALF)) * FINISHER
    return state ^ (state >> HALF)


@inlined
def hash_of(seed: np.uint64, chars: Codes, start: int, end: int) -> np.uint64:
    """Return the hash of some letters."""
    state = seed
    for i in range(start, end):
        state = step(state, chars[i])
    return finish(state)


@inlined
def absorb(state: np.uint64, packed: np.uint64) -> np.uint64:
    """Take eight packed letters into a hash."""
    state = (state ^ packed) * FACTOR
    return state ^ (state >> HALF)


@inlined
def word_hash(seed: np.uint64, chars: Codes, start: int, size: int) -> np.uint64:
    """Return the hash of a word: eight letters at a time, added up eight bits apart.

    Eight ASCII letters are then eight bytes of the text as they stand. The array goes on for eight letters.
    """
    state = seed
    for first in range(0, size, BLOCK):
        packed = np.uint64(0)
        for i in range(BLOCK):
            counted = BEFORE_END[min(size - first, BLOCK), i]
            packed += np.uint64(chars[start + first + i] & counted) << np.uint64(8 * i)
        state = absorb(state, packed)
    return finish(state)


@inlined
def _same(pool: Codes, first: int, chars: Codes, start: int, size: int) -> bool:
    """Tell whether two strings of one size are the same.

    Eight letters at a time, what lies behind the end masked out: words differ in length, and a loop that ends after a
    number of letters that nobody can guess costs more than the comparing. Both arrays go on for eight letters.
    """
    if differ(pool, first, chars, start, min(size, BLOCK)):
        return False
    for i in range(BLOCK, size, BLOCK):  # noqa: SIM110 - numba compiles no generators here
        if differ(pool, first + i, chars, start + i, min(size - i, BLOCK)):
            return False
    return True


@inlined
def find(strings: Dictionary, key: np.uint64, chars: Codes, start: int, size: int) -> int:
    """Return the number of a string, or -1."""
    last = np.uint64(len(strings.slots) - 1)
    tag = key >> HALF
    at = key & last
    while True:
        slot = strings.slots[at]
        if slot == ZERO:
            return NOTHING
        if slot >> HALF == tag:
            number = whole(slot & LOW_WORD) - 1
            first = whole(strings.places[number])
            if strings.places[number + 1] - first == size and _same(strings.pool, first, chars, start, size):
                return number
        at = (at + ONE) & last


@inlined
def find_word(tables: Tables, key: np.uint64, chars: Codes, start: int, size: int) -> int:
    """Return the number of a word, or -1.

    As `find`, but a word's size and first letters stand beside what else is known of it: one cache line tells all.
    """
    slots, facts = tables.words.slots, tables.facts
    last = np.uint64(len(slots) - 1)
    tag = key >> HALF
    at = key & last
    while True:
        slot = slots[at]
        if slot == ZERO:
            return NOTHING
        if slot >> HALF == tag:
            number = whole(slot & LOW_WORD) - 1
            if facts[number, FLAGS] >> SIZE_SHIFT == size and not differ(
                tables.forms, FACTS * number + FIRST_LETTER, chars, start, min(size, BLOCK)
            ):
                first = whole(tables.words.places[number])
                if size <= BLOCK or _same(tables.words.pool, first, chars, start, size):
                    return number
        at = (at + ONE) & last


@apart
def fill(slots: Words64, seed: np.uint64, places: Ints, pool: Codes, words: bool) -> int:  # noqa: FBT001
    """Put all strings into empty slots, by `word_hash` or by `hash_of`; return the longest run of full ones."""
    last = np.uint64(len(slots) - 1)
    slots[:] = ZERO
    for number in range(len(places) - 1):
        start, end = whole(places[number]), whole(places[number + 1])
        key = word_hash(seed, pool, start, end - start) if words else hash_of(seed, pool, start, end)
        at = key & last
        while slots[at] != ZERO:
            at = (at + ONE) & last
        slots[at] = (key >> HALF) << HALF | np.uint64(number + 1)
    return longest_run(slots, 1)


@inlined
def longest_run(slots: Words64, width: int) -> int:
    """Return the most full slots in a row; each takes `width` places and is empty where the first is zero."""
    longest = run = 0
    for i in range(0, 2 * len(slots), width):
        run = run + 1 if slots[i % len(slots)] != ZERO else 0
        longest = max(longest, run)
        if run > len(slots):
            break
    return longest
