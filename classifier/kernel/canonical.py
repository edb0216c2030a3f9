"""UTF-8 to canonical characters: what `classifier.canonical.canonicalise` does, without a string."""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Bytes, Letters, Stream
from classifier.kernel.codes import (
    HOLDS_LINKISH,
    IN_WORD,
    KIND_BITS,
    LETTER_BITS,
    LOW_BYTE,
    LOW_WORD,
    PLAIN_LETTER,
    PLAIN_SPACE,
    REAL,
    SIZE_BITS,
    SPACE,
)
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import ONE

REPLACEMENT = 0xFFFD
PAGE = 256
#: Bytes of UTF-8: the first that is not ASCII, the first and last that begin a sequence, those that begin longer ones and
#: those whose next byte has a narrower range.
NOT_ASCII, FIRST_LEAD, LAST_LEAD, THREE, FOUR = 0x80, 0xC2, 0xF4, 0xE0, 0xF0
SURROGATE_LEAD, PLAIN_LOW, PLAIN_HIGH = 0xED, 0x80, 0xBF


@inlined
def decode(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return the code point at a byte and the byte after it.

    Bytes that are no UTF-8 are read as Python's ``errors="replace"`` reads them: the longest beginning of a sequence
    that could have been one is one U+FFFD.
    """
    lead = whole(data[at])
    if lead < NOT_ASCII:
        return lead, at + 1
    if lead < FIRST_LEAD or lead > LAST_LEAD:
        return REPLACEMENT, at + 1
    if lead < THREE:  # Arabic, Cyrillic, Greek: no loop
        if at + 1 < end and data[at + 1] & 0xC0 == PLAIN_LOW:
            return (lead & 0x1F) << 6 | (whole(data[at + 1]) & 0x3F), at + 2
        return REPLACEMENT, at + 1
    low, high = PLAIN_LOW, PLAIN_HIGH
    if lead < FOUR:
        more, code_point = 2, lead & 0x0F
        low = 0xA0 if lead == THREE else low
        high = 0x9F if lead == SURROGATE_LEAD else high
    else:
        more, code_point = 3, lead & 0x07
        low = 0x90 if lead == FOUR else low
        high = 0x8F if lead == LAST_LEAD else high
    at += 1
    for _ in range(more):
        if at >= end or data[at] < low or data[at] > high:
            return REPLACEMENT, at
        code_point = code_point << 6 | (whole(data[at]) & 0x3F)
        low, high = PLAIN_LOW, PLAIN_HIGH
        at += 1
    return code_point, at


@inlined
def entry_of(letters: Letters, code_point: int) -> np.uint64:
    """Return the alphabet's entry of a code point."""
    return np.uint64(letters.entries[whole(letters.pages[code_point >> 8]) * PAGE + (code_point & 0xFF)])


@inlined
def letter_of(entry: np.uint64) -> int:
    """Return the ASCII letter that a code point stands for in a Latin word, or 0."""
    return whole((entry >> LETTER_BITS) & LOW_BYTE)


@inlined
def emit(letters: Letters, entry: np.uint64, code_point: int, index: int, stream: Stream, size: int) -> int:
    """Append the canonical form of the code point at `index`; return the stream's new size."""
    count = whole((entry >> SIZE_BITS) & LOW_BYTE)
    if count == 1:
        char = whole(entry & LOW_WORD)
        stream.chars[size] = char or code_point  # 0 stands for itself, so that whole pages can be shared
        stream.kinds[size] = (entry >> KIND_BITS) & LOW_BYTE
        stream.source[size] = index
        return size + 1
    first = whole(entry & LOW_WORD)
    for i in range(count):
        stream.chars[size + i] = letters.pool[first + i]
        stream.kinds[size + i] = letters.pool_kinds[first + i]
        stream.source[size + i] = index
    return size + count


@inlined
def canonicalise(
    letters: Letters, data: Bytes, start: int, end: int, index: int, stream: Stream
) -> tuple[int, int, int, bool]:
    """Write the canonical characters of some bytes, the first of which begins code point number `index`.

    Stops before a space that an ASCII letter follows: there the fast path may take over again.

    A segment's forms are written as they come. Only where it turns out to hold a real Latin letter as well as a
    look-alike is it written again with the look-alikes folded: each code point is read twice at most.

    Returns
    -------
    at : int
        The byte after the last that was read.
    size : int
        Characters written.
    index : int
        Number of the code point after the last.
    linkish : bool
        Whether anything can be a link: a dot, colon or at sign, and no space behind it.
    """
    size, at = 0, start
    segment_at, segment_index, segment_size = start, index, 0
    real = alike = False
    seen, before = 0, 0
    while at < end:
        here = at
        byte = whole(data[at])
        if byte < NOT_ASCII:
            code_point = byte
            entry = letters.entries[byte]  # the first page comes first: ASCII needs no look-up of its page
            at += 1
        else:
            code_point, at = decode(data, at, end)
            entry = entry_of(letters, code_point)
        if entry & IN_WORD:
            real = real or (entry & REAL) != np.uint64(0)
            alike = alike or letter_of(entry) != 0
            size = emit(letters, entry, code_point, index, stream, size)
        else:
            if byte < NOT_ASCII and hands_over(letters, data, byte, at, end):
                at = end = here
                break
            if real and alike:
                size = fold(letters, data, segment_at, here, segment_index, stream, segment_size)
            real = alike = False
            size = emit(letters, entry, code_point, index, stream, size)
            segment_at, segment_index, segment_size = at, index + 1, size
        index += 1
        kind = whole((entry >> KIND_BITS) & LOW_BYTE)
        seen |= before & ~(whole(0) if entry & IN_WORD else kind) | whole((entry >> HOLDS_LINKISH) & ONE) << 3
        before = kind >> 4  # the bit of LINKISH falls on the bit of SPACE
    if real and alike:
        size = fold(letters, data, segment_at, end, segment_index, stream, segment_size)
    return at, size, index, seen & SPACE != 0


@inlined
def hands_over(letters: Letters, data: Bytes, byte: int, after: int, end: int) -> bool:
    """Tell whether a byte is a space that an ASCII letter follows."""
    space = letters.ascii_kinds[byte] & PLAIN_SPACE != 0
    return space and after < end and letters.ascii_kinds[data[after]] & PLAIN_LETTER != 0


@apart
def fold(letters: Letters, data: Bytes, at: int, end: int, index: int, stream: Stream, size: int) -> int:
    """Write a segment again, each look-alike as the letter it looks like."""
    while at < end:
        code_point, at = decode(data, at, end)
        entry = entry_of(letters, code_point)
        letter = letter_of(entry)
        size = emit(letters, letters.entries[letter] if letter else entry, code_point, index, stream, size)
        index += 1
    return size
