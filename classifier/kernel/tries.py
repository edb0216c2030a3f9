"""Tries over word numbers: from a state and a word to the next state, by one hashed look-up."""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Ints, Longs, Tries, Words64
from classifier.kernel.codes import LOW_WORD
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import FACTOR, HALF, ONE, ZERO, longest_run

#: A slot is two numbers: the key, ``(state << 32 | word) + 1``, so that zero marks an empty one, and what it leads to.
TWO = np.uint64(2)


@inlined
def key_of(state: int, word: int) -> np.uint64:
    """Return the key of a transition."""
    return (np.uint64(state) << HALF | np.uint64(word)) + ONE


@inlined
def place_of(key: np.uint64, seed: np.uint64, last: np.uint64) -> np.uint64:
    """Return the slot where the search for a key begins."""
    state = (key ^ seed) * FACTOR
    state = (state ^ (state >> HALF)) * FACTOR
    return (state >> np.uint64(29)) & last


@inlined
def seek(tries: Tries, state: int, word: int) -> np.uint64:
    """Return what a transition leads to, the state plus one below and its value plus one above, or 0."""
    key = key_of(state, word)
    last = np.uint64(len(tries.slots) // 2 - 1)
    at = place_of(key, tries.seed[0], last)
    while True:
        found = tries.slots[at * TWO]
        if found == key:
            return np.uint64(tries.slots[at * TWO + ONE])
        if found == ZERO:
            return ZERO
        at = (at + ONE) & last


@inlined
def follow(tries: Tries, state: int, word: int) -> int:
    """Return the state after one more word, or -1."""
    return whole(seek(tries, state, word) & LOW_WORD) - 1


@inlined
def value_of(found: np.uint64) -> int:
    """Return the value of the state that a transition leads to, or -1."""
    return whole(found >> HALF) - 1


@apart
def plant(slots: Words64, seed: np.uint64, states: Longs, words: Longs, nexts: Longs, values: Ints) -> int:
    """Put all transitions into empty slots; return the longest run of full ones."""
    last = np.uint64(len(slots) // 2 - 1)
    slots[:] = ZERO
    for i in range(len(states)):
        key = key_of(states[i], words[i])
        at = place_of(key, seed, last)
        while slots[at * TWO] != ZERO:
            at = (at + ONE) & last
        slots[at * TWO] = key
        slots[at * TWO + ONE] = np.uint64(values[nexts[i]] + 1) << HALF | np.uint64(nexts[i] + 1)
    return longest_run(slots, 2)
