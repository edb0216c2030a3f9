"""The fast path: words of ASCII letters go from bytes to tokens, 63 bytes at a time, without a stream.

What each byte is stands in bit maps, one bit a byte, so that words are found by counting zeros and no branch hangs on a
letter. It stops before the first chunk, the stretch between two spaces, that could hold anything else (another script, a
digit, a link, a handle, leetspeak) and leaves it to the stages that know them. No rule of normalising reaches over a
space, so a text may be cut there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from classifier.kernel.arrays import Bytes, Tokens
from classifier.kernel.codes import SINGLE, STRETCHED_OUT
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import BLOCK, ONE, absorb, finish, word_hash
from classifier.kernel.vectors import (
    BYTES,
    bytes_in,
    copy_bytes,
    eight,
    leading_zeros,
    like_next,
    spread,
    trailing_zeros,
)

NONE = np.uint64(0)
ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
SMALL = 0x20
SMALL_EIGHT = np.uint64(0x2020_2020_2020_2020)
#: Bytes from the first on that are no ASCII; DEL is read as a space.
NOT_ASCII, DEL = 0x80, 0x7F


class Place(NamedTuple):
    """How far a post has been read, and what was written: byte, code point, tokens, letters."""

    at: int
    code_point: int
    tokens: int
    letters: int


class Classes(NamedTuple):
    """What 64 bytes are, one bit each: see `classes_of`."""

    letters: np.uint64
    spaces: np.uint64
    silent: np.uint64
    doubtful: np.uint64
    strange: np.uint64
    harmless: np.uint64


@inlined
def one_of(block: Bytes, char: str) -> np.uint64:
    """Return which bytes are this character."""
    return bytes_in(block, 0, 0, ord(char), 1)


@inlined
def classes_of(block: Bytes) -> Classes:
    """Return what each byte is.

    Returns
    -------
    Classes
        Letters; spaces; what vanishes inside a word; what may begin a link, a handle or leetspeak, unless a `harmless`
        byte follows; what the fast path cannot read at all; and those harmless bytes. The rest only separates words.
    """
    letters = bytes_in(block, 0, SMALL, ord("a"), 26)
    spaces = bytes_in(block, 0, 0, 0, ord(" ") + 1) | bytes_in(block, 0, 0, DEL, 1)
    silent = one_of(block, "'") | one_of(block, "`")
    starters = one_of(block, "$") | one_of(block, ":") | one_of(block, "@")
    strange = bytes_in(block, 0, 0, ord("0"), 10) | bytes_in(block, 0, 0, NOT_ASCII, NOT_ASCII)
    harmless = ~(letters | silent | starters | strange | one_of(block, "/") | one_of(block, "_"))
    return Classes(letters, spaces, silent, starters | one_of(block, "."), strange, harmless)


@inlined
def first_bits(count: int) -> np.uint64:
    """Return a number whose lowest `count` bits are set; 63 at most."""
    return (ONE << np.uint64(count)) - ONE


@inlined
def load(block: Bytes, data: Bytes, at: int) -> None:
    """Copy 64 bytes, fewer where the data end; what stands behind them is of no account."""
    if at + BYTES <= len(data):
        copy_bytes(block, 0, data, at)
    else:
        for i in range(len(data) - at):
            block[i] = data[at + i]


@inlined
def usable(classes: Classes, count: int, room: int) -> int:
    """Return how many of `count` bytes are whole chunks that the fast path can read.

    `room` is how many bytes the post still has: at its end a chunk needs no space.
    """
    end = ONE << np.uint64(count) if count == room else NONE
    doubtful = classes.doubtful & ~((classes.harmless | end) >> ONE)
    bad = (doubtful | classes.strange) & first_bits(count)
    if bad == NONE and count == room:
        return count
    if bad != NONE:
        count = whole(trailing_zeros(bad))
    return BYTES - whole(leading_zeros(classes.spaces & first_bits(count)))


@inlined
def plain_words(data: Bytes, place: Place, end: int, tokens: Tokens, block: Bytes, seed: np.uint64) -> Place:
    """Write tokens up to the end, or to the beginning of the first chunk that is not plain."""
    at, count, letter = place.at, place.tokens, place.letters
    shift = place.code_point - at  # one byte is one code point here
    seen = singles = 0
    while at < end:
        load(block, data, at)
        classes = classes_of(block)
        size = usable(classes, min(end - at, BYTES - 1), end - at)
        if size == 0:
            break
        same = like_next(block, 0, SMALL)
        stretched = same & (same >> ONE)
        words = (classes.letters | classes.silent) & first_bits(size)
        starts, ends = words & ~(words << ONE), ~words & (words << ONE)
        while starts != NONE:
            first, last = whole(trailing_zeros(starts)), whole(trailing_zeros(ends))
            starts &= starts - ONE
            ends &= ends - ONE
            length = last - first
            marks = 0
            if (classes.silent >> np.uint64(first)) & first_bits(length):
                length, first, last, marks = quoted(block, first, last, tokens, letter)
                if length == 0:
                    continue
                tokens.hashes[count] = word_hash(seed, tokens.letters, letter, length)
            else:
                tokens.hashes[count] = plain_hash(block, first, length, tokens, letter, seed)
                runs = (stretched >> np.uint64(first)) & first_bits(max(length - 2, 0))
                marks = STRETCHED_OUT * whole(runs != NONE)
            single = whole(length == 1)
            marks |= SINGLE * single
            tokens.starts[count], tokens.sizes[count] = letter, length
            tokens.first[count], tokens.last[count] = at + shift + first, at + shift + last
            tokens.marks[count] = marks
            seen |= marks
            singles += single
            letter += length
            count += 1
        at += size
    tokens.summary[0] |= seen
    tokens.summary[1] += singles
    return Place(at, at + shift, count, letter)


@inlined
def plain_hash(block: Bytes, first: int, length: int, tokens: Tokens, letter: int, seed: np.uint64) -> np.uint64:
    """Write a word's letters, eight at a time; return its hash, as `word_hash` has it."""
    state = seed
    for i in range(0, length, BLOCK):
        kept = ALL >> np.uint64(8 * max(BLOCK - (length - i), 0))
        packed = (eight(block, first + i) | SMALL_EIGHT) & kept
        spread(tokens.letters, letter + i, packed)
        state = absorb(state, packed)
    return finish(state)


@apart
def quoted(block: Bytes, first: int, end: int, tokens: Tokens, letter: int) -> tuple[int, int, int, int]:
    """Write the letters of a run of letters and what vanishes among them.

    Returns
    -------
    length : int
        Letters written.
    first, last : int
        Where the first stands, and the byte after the last.
    marks : int
        Whether any came three times in a row.
    """
    length, start, last, marks, run = 0, first, first, 0, 0
    before = -1
    for i in range(first, end):
        char = whole(block[i]) | SMALL
        if ord("a") <= char <= ord("z"):
            start = i if length == 0 else start
            last = i + 1
            run = run + 1 if char == before else 0
            marks |= STRETCHED_OUT * whole(run > 1)
            before = char
            tokens.letters[letter + length] = char
            length += 1
    return length, start, last, marks
