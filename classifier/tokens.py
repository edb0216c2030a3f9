"""Tokens: words and masks with the place they came from, and the disguises that are undone in them.

Each rule here looks at tokens only, never at what stood between them, and gives tokens on which it changes nothing more:
that is what makes normalising idempotent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifier.canonical import ASCII_LETTERS, Stream, alphabet
from classifier.links import LinkFinder
from classifier.masks import GROUP, MASKS, NUMBER

LONGEST_TOKEN = 64
FIRST_FLAG, LAST_FLAG = "\U0001f1e6", "\U0001f1ff"
DIGITS = frozenset("0123456789")
LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
LEET_SIGNS = {"@": "a", "$": "s"}
#: A longer run of digits inside a word is a number, not letters.
LONGEST_LEET = 2
SPACED_OUT = 3
STRETCHED = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mask of the canonical text.

    Attributes
    ----------
    text
        Canonical characters, or one mask character.
    start, end
        Code points of the original text that it came from.
    """

    text: str
    start: int
    end: int

    @property
    def is_mask(self) -> bool:
        """Whether the token is a mask and so can carry no weight."""
        return self.text in MASKS


def tokenise(stream: Stream) -> Iterator[Token]:
    """Cut a stream into tokens: links and handles masked, words of at most 64 code points, numbers apart from words."""
    place = 0
    for start, end, mask in LinkFinder(stream).find():
        yield from _words(stream, place, start)
        yield Token(mask, stream.source[start], stream.source[end - 1] + 1)
        place = end
    yield from _words(stream, place, len(stream.chars))


def _words(stream: Stream, start: int, end: int) -> Iterator[Token]:
    """Cut a stretch without links into words, masks and flags."""
    chars, source, is_word = stream.chars, stream.source, alphabet().is_word
    place = start
    while place < end:
        first = place
        char = chars[place]
        if char in MASKS:
            place += 1
            yield Token(char, source[first], source[first] + 1)
        elif FIRST_FLAG <= char <= LAST_FLAG:
            while place < end and FIRST_FLAG <= chars[place] <= LAST_FLAG:
                place += 1
            yield Token(GROUP, source[first], source[place - 1] + 1)
        elif is_word(char):
            while place < end and _goes_on(chars, place, first, end):
                place += 1
            word = "".join(LEET_SIGNS.get(c, c) for c in chars[first:place])
            for cut in range(0, len(word), LONGEST_TOKEN):
                piece = word[cut : cut + LONGEST_TOKEN]
                yield from _split_digits(piece, source[first + cut : first + cut + len(piece)])
        else:
            place += 1


def _goes_on(chars: list[str], place: int, first: int, end: int) -> bool:
    """Tell whether the word that began at `first` still stands at `place`."""
    char = chars[place]
    if char in MASKS or FIRST_FLAG <= char <= LAST_FLAG:
        return False
    if char in LEET_SIGNS:
        inside = first < place < end - 1
        return inside and chars[place - 1] in ASCII_LETTERS and chars[place + 1] in ASCII_LETTERS
    return alphabet().is_word(char)


def _split_digits(text: str, source: list[int]) -> Iterator[Token]:
    """Part a word from the numbers at its ends."""
    head = len(text) - len(text.lstrip("0123456789"))
    tail = len(text) if head == len(text) else len(text.rstrip("0123456789"))
    for start, end in ((0, head), (head, tail), (tail, len(text))):
        if start < end:
            yield Token(text[start:end], source[start], source[end - 1] + 1)


def mask_numbers(tokens: list[Token], spared: frozenset[tuple[str, ...]]) -> Iterator[Token]:
    """Mask the numbers, sparing code words.

    Parameters
    ----------
    tokens
        As `tokenise` gives them.
    spared
        Code words with digits, as token texts; the longest that fits at a place is kept.
    """
    longest = max(map(len, spared), default=0)
    texts = tuple(token.text for token in tokens)
    place = 0
    while place < len(tokens):
        for length in range(min(longest, len(tokens) - place), 0, -1):
            if texts[place : place + length] in spared:
                yield from tokens[place : place + length]
                place += length
                break
        else:
            token = tokens[place]
            yield Token(NUMBER, token.start, token.end) if token.text[0] in DIGITS else token
            place += 1


def undo_disguise(tokens: Iterable[Token], spared: frozenset[tuple[str, ...]]) -> list[Token]:
    """Undo leetspeak, spaced-out and stretched letters."""
    plain = [t if (t.text,) in spared else Token(unleet(t.text), t.start, t.end) for t in tokens]
    return [Token(unstretch(t.text), t.start, t.end) for t in join_spaced(plain)]


def unleet(word: str) -> str:
    """Turn digits between Latin letters into the letters they stand for."""
    if DIGITS.isdisjoint(word):
        return word
    letters = list(word)
    place = 0
    while place < len(word):
        last = place
        while last < len(word) and word[last] in LEET:
            last += 1
        inside = 0 < place < last < len(word) and last - place <= LONGEST_LEET
        if inside and word[place - 1] in ASCII_LETTERS and word[last] in ASCII_LETTERS:
            letters[place:last] = [LEET[c] for c in word[place:last]]
        place = max(last, place + 1)
    return "".join(letters)


def join_spaced(tokens: list[Token]) -> Iterator[Token]:
    """Join runs of three or more single Latin letters into a word."""
    place = 0
    while place < len(tokens):
        last = place
        while last < len(tokens) and tokens[last].text in ASCII_LETTERS:
            last += 1
        if last - place >= SPACED_OUT:
            for cut in range(place, last, LONGEST_TOKEN):
                run = tokens[cut : min(cut + LONGEST_TOKEN, last)]
                yield Token("".join(t.text for t in run), run[0].start, run[-1].end)
        else:
            yield from tokens[place : max(last, place + 1)]
        place = max(last, place + 1)


def unstretch(word: str) -> str:
    """Cut three or more of a letter to two; a word of one letter only (as in names of three) keeps three."""
    if len(word) < STRETCHED:
        return word
    keep = STRETCHED if word == word[0] * len(word) else STRETCHED - 1
    kept: list[str] = []
    for char in word:
        if kept[-keep:] != [char] * keep or char in DIGITS:
            kept.append(char)
    return "".join(kept)
