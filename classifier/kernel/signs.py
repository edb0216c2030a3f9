"""Which posts are code: `classifier.signs`, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier import signs as plain
from classifier.kernel.arrays import Bytes, Longs
from classifier.kernel.codes import LANGUAGE, WORD_COUNT
from classifier.kernel.compiler import allocating, whole
from classifier.signs import ASCII, LEAST, WORDS_PER_SIGN, sign_table

SIGNS = sign_table()
SPACE, COLON, SLASH = map(ord, " :/")
SPACES, MARKS = tuple(map(ord, plain.SPACES)), tuple(map(ord, plain.MARKS))


@allocating
def mark_code(data: Bytes, offsets: Longs, facts: NDArray[np.int32], language: int) -> None:
    """Write `language` as that of every post that is code.

    Parameters
    ----------
    data, offsets
        UTF-8 of all posts, and where each begins.
    facts
        What `classifier.kernel.report` wrote of them.
    language
        The number of "no language".
    """
    for post in range(len(offsets) - 1):
        signs, before, ignored = 0, 0, False  # `before`: the signs up to this run of characters
        last, second_last = SPACE, SPACE
        for at in range(offsets[post], offsets[post + 1]):
            byte = whole(data[at])
            if byte in SPACES:
                byte, ignored, before = SPACE, False, signs
            elif not ignored:
                if last == SPACE and byte in MARKS:
                    ignored = True
                elif byte == SLASH and last == SLASH and second_last == COLON:
                    ignored, signs = True, before
                elif byte < ASCII and last < ASCII:
                    signs += SIGNS[last, byte]
            second_last, last = last, byte
        if signs >= LEAST and signs * WORDS_PER_SIGN >= facts[post, WORD_COUNT]:
            facts[post, LANGUAGE] = language
