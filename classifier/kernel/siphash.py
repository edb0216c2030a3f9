"""SipHash-2-4 (Aumasson and Bernstein, 2012), a keyed hash for short input, over code points as UTF-32 little-endian.

Whoever lacks the key cannot tell what a hash is of, nor make two texts collide on purpose.
"""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Words64
from classifier.kernel.compiler import inlined

INITIAL = tuple(np.uint64(n) for n in (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573))
LAST, HALF, TOP = np.uint64(0xFF), np.uint64(32), np.uint64(56)
#: Shifts of a round, and what each leaves of a 64-bit word.
A, B, C, D = np.uint64(13), np.uint64(16), np.uint64(17), np.uint64(21)
A_, B_, C_, D_ = np.uint64(51), np.uint64(48), np.uint64(47), np.uint64(43)

State = tuple[np.uint64, np.uint64, np.uint64, np.uint64]


@inlined
def _round(v0: np.uint64, v1: np.uint64, v2: np.uint64, v3: np.uint64) -> State:
    v0 += v1
    v1 = (v1 << A | v1 >> A_) ^ v0
    v0 = v0 << HALF | v0 >> HALF
    v2 += v3
    v3 = (v3 << B | v3 >> B_) ^ v2
    v0 += v3
    v3 = (v3 << D | v3 >> D_) ^ v0
    v2 += v1
    v1 = (v1 << C | v1 >> C_) ^ v2
    v2 = v2 << HALF | v2 >> HALF
    return v0, v1, v2, v3


@inlined
def siphash(key: Words64, codes: Codes, start: int, end: int) -> np.uint64:
    """Return the hash of some code points.

    Parameters
    ----------
    key
        Two numbers.
    codes
        Code points; those from `start` to before `end` are hashed.
    """
    v0, v1 = INITIAL[0] ^ key[0], INITIAL[1] ^ key[1]
    v2, v3 = INITIAL[2] ^ key[0], INITIAL[3] ^ key[1]
    at = start
    while at + 1 < end:
        block = np.uint64(codes[at]) | np.uint64(codes[at + 1]) << HALF
        v3 ^= block
        for _ in range(2):
            v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= block
        at += 2
    block = np.uint64(4 * (end - start)) << TOP
    if at < end:
        block |= np.uint64(codes[at])
    v3 ^= block
    for _ in range(2):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= block
    v2 ^= LAST
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    found: np.uint64 = v0 ^ v1 ^ v2 ^ v3
    return found
