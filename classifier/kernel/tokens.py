"""Words and masks from a stream: what `classifier.tokens.tokenise` does.

The letters of all tokens stand one after another, so that a run of single letters already is the word it spells.
"""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Stream, Tokens
from classifier.kernel.codes import (
    DIGIT,
    FLAG,
    GROUP_MASK,
    HAS_DIGIT,
    IS_MASK,
    LATIN,
    LEET,
    LONGEST_TOKEN,
    MASK,
    MASK_CODE,
    SINGLE,
    STRETCHED_OUT,
    WORD,
)
from classifier.kernel.compiler import inlined
from classifier.kernel.dictionary import word_hash

AT_SIGN = ord("@")
LETTER_A, LETTER_S = ord("a"), ord("s")


@inlined
def summarise(tokens: Tokens, marks: int) -> None:
    """Remember what any token of the post bears, and how many single letters there are."""
    tokens.summary[0] |= marks
    tokens.summary[1] += marks & SINGLE != 0


@inlined
def put_mask(tokens: Tokens, count: int, letter: int, mask: int, first: int, last: int) -> None:
    """Write a mask as token number `count`, its one letter at `letter`; its hash is left to whoever needs it."""
    tokens.letters[letter] = MASK_CODE + mask
    tokens.starts[count], tokens.sizes[count] = letter, 1
    tokens.first[count], tokens.last[count] = first, last
    tokens.marks[count] = IS_MASK


@inlined
def put_word(stream: Stream, tokens: Tokens, count: int, letter: int, start: int, end: int, seed: np.uint64) -> int:
    """Write the stream's characters from `start` to `end` as a token; return where the next letter goes.

    Digits and stretched letters are seen in the same pass.
    """
    kinds = run = 0
    marks = 0
    before = -1
    for i in range(start, end):
        char = int(stream.chars[i])
        kind = int(stream.kinds[i])
        if kind & LEET:
            char = LETTER_A if char == AT_SIGN else LETTER_S
        kinds |= kind
        run = run + 1 if char == before else 0
        if run > 1:
            marks = STRETCHED_OUT
        before = char
        tokens.letters[letter + i - start] = char
    if kinds & DIGIT:
        marks |= HAS_DIGIT
    if end - start == 1 and kinds & LATIN:
        marks |= SINGLE
    tokens.starts[count], tokens.sizes[count] = letter, end - start
    tokens.first[count], tokens.last[count] = stream.source[start], stream.source[end - 1] + 1
    tokens.marks[count] = marks
    summarise(tokens, marks)
    tokens.hashes[count] = word_hash(seed, tokens.letters, letter, end - start)
    return letter + end - start


@inlined
def _end_of_word(stream: Stream, first: int, end: int) -> int:
    """Return the end of the word that begins at `first`; ``@`` and ``$`` between Latin letters belong to it."""
    place = first + 1
    while place < end:
        kind = stream.kinds[place]
        if kind & LEET:
            if place == end - 1 or not stream.kinds[place - 1] & stream.kinds[place + 1] & LATIN:
                break
        elif kind & (WORD | MASK | FLAG) != WORD:
            break
        place += 1
    return place


@inlined
def cut_words(
    stream: Stream, start: int, end: int, tokens: Tokens, count: int, letter: int, seed: np.uint64
) -> tuple[int, int]:
    """Cut a stretch without links into words, masks and flags; return the numbers of tokens and of letters."""
    place = start
    while place < end:
        first = place
        kind = stream.kinds[place]
        if not kind & (WORD | MASK | FLAG):
            place += 1
        elif kind & MASK:
            put_mask(
                tokens,
                count,
                letter,
                int(stream.chars[first]) - MASK_CODE,
                stream.source[first],
                stream.source[first] + 1,
            )
            count, letter, place = count + 1, letter + 1, place + 1
        elif kind & FLAG:
            while place < end and stream.kinds[place] & FLAG:
                place += 1
            put_mask(tokens, count, letter, GROUP_MASK, stream.source[first], stream.source[place - 1] + 1)
            count, letter = count + 1, letter + 1
        else:
            place = _end_of_word(stream, first, end)
            for piece in range(first, place, LONGEST_TOKEN):
                count, letter = _put_pieces(
                    stream, piece, min(piece + LONGEST_TOKEN, place), tokens, count, letter, seed
                )
    return count, letter


@inlined
def _put_pieces(
    stream: Stream, start: int, end: int, tokens: Tokens, count: int, letter: int, seed: np.uint64
) -> tuple[int, int]:
    """Part a word from the numbers at its ends."""
    head, tail = start, end
    while head < end and stream.kinds[head] & DIGIT:
        head += 1
    while tail > head and stream.kinds[tail - 1] & DIGIT:
        tail -= 1
    if head > start:
        letter = put_word(stream, tokens, count, letter, start, head, seed)
        count += 1
    if tail > head:
        letter = put_word(stream, tokens, count, letter, head, tail, seed)
        count += 1
    if end > tail:
        letter = put_word(stream, tokens, count, letter, tail, end, seed)
        count += 1
    return count, letter
