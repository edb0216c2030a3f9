"""Numbers masked, code words spared, disguises undone: what the second half of `classifier.tokens` does."""

from __future__ import annotations

import numpy as np

from classifier.kernel.arrays import Codes, Tables, Tokens
from classifier.kernel.codes import (
    HAS_DIGIT,
    IS_MASK,
    LONGEST_TOKEN,
    NOTHING,
    NUMBER_MASK,
    SINGLE,
    SPARE_ROOT,
    STRETCHED_OUT,
)
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import find_word, word_hash
from classifier.kernel.tokens import put_mask
from classifier.kernel.tries import follow

NINE, ZERO = ord("9"), ord("0")
LETTER_A, LETTER_Z = ord("a"), ord("z")
#: What the digits 0 to 9 stand for between letters; 0 where they stand for nothing.
LEET_LETTERS = np.array([ord(c) if c != "-" else 0 for c in "oi-eas-t--"], dtype=np.uint32)
LONGEST_LEET = 2
SPACED_OUT = 3


@inlined
def is_digit(char: int) -> bool:
    """Tell whether a character is an ASCII digit."""
    return ZERO <= char <= NINE


@inlined
def is_latin(char: int) -> bool:
    """Tell whether a character is a small ASCII letter."""
    return LETTER_A <= char <= LETTER_Z


@inlined
def number_of(tables: Tables, tokens: Tokens, index: int) -> int:
    """Return the number of a token's word as it stands now, or -1."""
    start, size = whole(tokens.starts[index]), whole(tokens.sizes[index])
    if tokens.marks[index] & IS_MASK:  # noqa: SIM108 - three conditions in one line are none
        key = word_hash(tables.words.seed[0], tokens.letters, start, size)
    else:
        key = tokens.hashes[index]
    return find_word(tables, key, tokens.letters, start, size)


@inlined
def mask_numbers(tables: Tables, tokens: Tokens, count: int) -> None:
    """Mask the numbers, sparing code words: the longest that fits at a place is kept."""
    if not tokens.summary[0] & HAS_DIGIT:
        return
    place = 0
    while place < count:
        first = tokens.letters[tokens.starts[place]]
        if tables.spare_filter[(first + 31 * tokens.sizes[place]) & 255]:
            longest = _spare(tables, tokens, count, place)
            if longest:
                place += longest
                continue
        if is_digit(first) and tokens.marks[place] & HAS_DIGIT:
            put_mask(tokens, place, tokens.starts[place], NUMBER_MASK, tokens.first[place], tokens.last[place])
        place += 1


@apart
def _spare(tables: Tables, tokens: Tokens, count: int, place: int) -> int:
    """Return how many tokens the longest code word at a place takes."""
    word = number_of(tables, tokens, place)
    state = NOTHING if word == NOTHING else whole(tables.facts[word, SPARE_ROOT])
    longest, depth = 0, 1
    while state != NOTHING:
        if tables.phrases.values[state] != NOTHING:
            longest = depth
        if place + depth >= count:
            break
        word = number_of(tables, tokens, place + depth)
        if word == NOTHING:
            break
        state = follow(tables.phrases, state, word)
        depth += 1
    return longest


@inlined
def _is_spared(tables: Tables, tokens: Tokens, place: int) -> bool:
    """Tell whether a token is a code word by itself."""
    word = number_of(tables, tokens, place)
    state = NOTHING if word == NOTHING else whole(tables.facts[word, SPARE_ROOT])
    return state != NOTHING and tables.phrases.values[state] != NOTHING


@inlined
def undo_disguise(tables: Tables, tokens: Tokens, count: int) -> int:
    """Undo leetspeak, spaced-out and stretched letters; return the new number of tokens.

    The summary says what no token of the post bears, so that most posts are not walked again.
    """
    if tokens.summary[0] & HAS_DIGIT:
        for place in range(count):
            if tokens.marks[place] & (HAS_DIGIT | IS_MASK) == HAS_DIGIT and not _is_spared(tables, tokens, place):
                start = whole(tokens.starts[place])
                if unleet(tokens.letters, start, start + tokens.sizes[place]):
                    tokens.marks[place] |= STRETCHED_OUT  # letters changed: hash again, and look for runs again
                    tokens.summary[0] |= STRETCHED_OUT
    if tokens.summary[1] >= SPACED_OUT:
        count = join_spaced(tokens, count)
        tokens.summary[0] |= STRETCHED_OUT
    if tokens.summary[0] & STRETCHED_OUT:
        for place in range(count):
            if tokens.marks[place] & STRETCHED_OUT:
                start = whole(tokens.starts[place])
                size = unstretch(tokens.letters, start, whole(tokens.sizes[place]))
                tokens.sizes[place] = size
                tokens.hashes[place] = word_hash(tables.words.seed[0], tokens.letters, start, size)
    return count


@apart
def unleet(letters: Codes, start: int, end: int) -> bool:
    """Turn digits between Latin letters into the letters they stand for; tell whether there were any."""
    changed = False
    place = start
    while place < end:
        last = place
        while last < end and is_digit(letters[last]) and LEET_LETTERS[letters[last] - ZERO]:
            last += 1
        inside = start < place < last < end and last - place <= LONGEST_LEET
        if inside and is_latin(letters[place - 1]) and is_latin(letters[last]):
            for i in range(place, last):
                letters[i] = LEET_LETTERS[letters[i] - ZERO]
            changed = True
        place = max(last, place + 1)
    return changed


@apart
def join_spaced(tokens: Tokens, count: int) -> int:
    """Join runs of three or more single Latin letters into a word: their letters already stand side by side."""
    place = kept = 0
    while place < count:
        last = place
        while last < count and tokens.marks[last] & SINGLE:
            last += 1
        if last - place >= SPACED_OUT:
            for cut in range(place, last, LONGEST_TOKEN):
                end = min(cut + LONGEST_TOKEN, last)
                move(tokens, cut, kept)
                tokens.sizes[kept] = end - cut
                tokens.last[kept] = tokens.last[end - 1]
                tokens.marks[kept] = STRETCHED_OUT
                kept += 1
            place = last
            continue
        last = max(last, place + 1)
        for i in range(place, last):
            if kept < i:
                move(tokens, i, kept)
            kept += 1
        place = last
    return kept


@inlined
def move(tokens: Tokens, source: int, target: int) -> None:
    """Copy a token to an earlier place."""
    tokens.starts[target], tokens.sizes[target] = tokens.starts[source], tokens.sizes[source]
    tokens.first[target], tokens.last[target] = tokens.first[source], tokens.last[source]
    tokens.marks[target], tokens.hashes[target] = tokens.marks[source], tokens.hashes[source]
    tokens.words[target], tokens.names[target] = tokens.words[source], tokens.names[source]


@apart
def unstretch(letters: Codes, start: int, size: int) -> int:
    """Cut three or more of a letter to two (three where the word is one letter only); return the new size."""
    keep = 3
    for i in range(start + 1, start + size):
        if letters[i] != letters[start]:
            keep = 2
            break
    kept, run = 0, 0
    for i in range(start, start + size):
        char = letters[i]
        run = run + 1 if kept and letters[start + kept - 1] == char else 1
        if run <= keep or is_digit(char):
            letters[start + kept] = char
            kept += 1
    return kept
