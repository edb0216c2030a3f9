"""The fast path: words of ASCII letters go from bytes to tokens in one pass, without a stream.

It stops at the first byte that could be part of anything else (another script, a digit, a link, a handle, leetspeak) and
gives back the whole chunk, the stretch since the last space, to the stages that know them. No rule of normalising reaches
over a space, so a text may be cut there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from classifier.kernel.arrays import Bytes, Letters, Tokens
from classifier.kernel.codes import (
    HARMLESS_AFTER,
    LONGEST_TOKEN,
    NEEDS_LOOK,
    PLAIN_LETTER,
    PLAIN_OTHER,
    PLAIN_SPACE,
    SINGLE,
    STRETCHED_OUT,
    VANISHES,
)
from classifier.kernel.compiler import inlined, whole
from classifier.kernel.dictionary import finish, step
from classifier.kernel.tokens import summarise


class Place(NamedTuple):
    """How far a post has been read, and what was written: byte, code point, tokens, letters."""

    at: int
    code_point: int
    tokens: int
    letters: int


@inlined
def plain_words(letters: Letters, data: Bytes, place: Place, end: int, tokens: Tokens, seed: np.uint64) -> Place:
    """Write tokens up to the end, or to the beginning of the first chunk that is not plain."""
    at, count, letter = place.at, place.tokens, place.letters
    shift = place.code_point - at  # one byte is one code point here
    chunk = place
    while at < end:
        kind = letters.ascii_kinds[data[at]]
        if kind & PLAIN_LETTER:
            first, start = at, letter
            state, run, marks, before = seed, 0, 0, -1
            last = at
            while kind & (PLAIN_LETTER | VANISHES):
                if kind & PLAIN_LETTER:
                    char = whole(letters.ascii_forms[data[at]])
                    tokens.letters[letter] = char
                    state = step(state, char)
                    run = run + 1 if char == before else 0
                    marks |= (run > 1) * STRETCHED_OUT
                    before = char
                    letter += 1
                    last = at
                at += 1
                if at == end:
                    break
                kind = letters.ascii_kinds[data[at]]
            if letter - start > LONGEST_TOKEN:
                return chunk
            _put(tokens, count, start, letter - start, first + shift, last + shift + 1)
            tokens.marks[count] = marks | (letter - start == 1) * SINGLE
            tokens.hashes[count] = finish(state)
            summarise(tokens, tokens.marks[count])
            count += 1
        elif kind & PLAIN_SPACE:
            at += 1
            chunk = Place(at, at + shift, count, letter)
        elif kind & (PLAIN_OTHER | VANISHES) or (kind & NEEDS_LOOK and _is_harmless(letters, data, at + 1, end)):
            at += 1
        else:
            return chunk
    return Place(at, at + shift, count, letter)


@inlined
def _put(tokens: Tokens, count: int, start: int, size: int, first: int, last: int) -> None:
    tokens.starts[count], tokens.sizes[count] = start, size
    tokens.first[count], tokens.last[count] = first, last


@inlined
def _is_harmless(letters: Letters, data: Bytes, at: int, end: int) -> bool:
    """Tell whether a dot, colon, at or dollar sign can begin nothing, by the byte after it."""
    return at == end or letters.ascii_kinds[data[at]] & HARMLESS_AFTER != 0
