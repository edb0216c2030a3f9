"""Strings of code points found by hash: open addressing, one 64-bit slot an entry.

A slot holds the upper half of the hash and the string's number plus one. A hit is checked letter by letter, so two
strings with one hash are still two strings. The seed is chosen when the table is built so that no run of full slots is
long: that bounds every look-up, whatever an attacker sends.
"""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Dictionary, Ints, Words64
from classifier.kernel.codes import LOW_WORD, NOTHING
from classifier.kernel.compiler import apart, inlined, whole

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
def _same(pool: Codes, first: int, chars: Codes, start: int, size: int) -> bool:
    """Tell whether two strings of one size are the same.

    Eight letters at a time, what lies behind the end masked out: words differ in length, and a loop that ends after a
    number of letters that nobody can guess costs more than the comparing. Both arrays go on for eight letters.
    """
    different = np.uint32(0)
    for i in range(BLOCK):
        at = np.uint64(i)
        different |= (pool[np.uint64(first) + at] ^ chars[np.uint64(start) + at]) & BEFORE_END[
            np.uint64(min(size, BLOCK)), at
        ]
    for i in range(BLOCK, size):
        different |= pool[first + i] ^ chars[start + i]
    return not different


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


@apart
def fill(slots: Words64, seed: np.uint64, places: Ints, pool: Codes) -> int:
    """Put all strings into empty slots; return the longest run of full ones."""
    last = np.uint64(len(slots) - 1)
    slots[:] = ZERO
    for number in range(len(places) - 1):
        key = hash_of(seed, pool, places[number], places[number + 1])
        at = key & last
        while slots[at] != ZERO:
            at = (at + ONE) & last
        slots[at] = (key >> HALF) << HALF | np.uint64(number + 1)
    return longest_run(slots)


@inlined
def longest_run(slots: Words64) -> int:
    """Return the most full slots in a row."""
    longest = run = 0
    for i in range(2 * len(slots)):
        run = run + 1 if slots[i % len(slots)] != ZERO else 0
        longest = max(longest, run)
        if run > len(slots):
            break
    return longest
