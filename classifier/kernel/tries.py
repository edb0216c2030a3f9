"""Tries over word numbers: from a state and a word to the next state, by one hashed look-up."""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Ints, Longs, Tries, Words64
from classifier.kernel.codes import NOTHING
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import FACTOR, HALF, ONE, longest_run

#: A key is ``(state << 32 | word) + 1``: zero marks an empty slot.


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
def follow(tries: Tries, state: int, word: int) -> int:
    """Return the state after one more word, or -1."""
    key = key_of(state, word)
    last = np.uint64(len(tries.keys) - 1)
    at = place_of(key, tries.seed[0], last)
    while True:
        found = tries.keys[at]
        if found == key:
            return whole(tries.targets[at])
        if found == np.uint64(0):
            return NOTHING
        at = (at + ONE) & last


@apart
def plant(keys: Words64, targets: Ints, seed: np.uint64, states: Longs, words: Longs, nexts: Longs) -> int:
    """Put all transitions into empty slots; return the longest run of full ones."""
    last = np.uint64(len(keys) - 1)
    keys[:] = np.uint64(0)
    for i in range(len(states)):
        key = key_of(states[i], words[i])
        at = place_of(key, seed, last)
        while keys[at] != np.uint64(0):
            at = (at + ONE) & last
        keys[at], targets[at] = key, nexts[i]
    return longest_run(keys)
