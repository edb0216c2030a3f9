"""Canonical characters: the first step of normalising, and the folding of look-alike letters.

Every code point has a canonical form (compatibility decomposition, case folding, no diacritics, no invisible
characters, one letter for the Arabic and Urdu variants of a letter, words for an emoji) and perhaps an ASCII letter that
it stands for inside a Latin word (Unicode TR39). Both are context-free and come from ``data/unicode.npz``, which
`training.unicode_tables` writes from Unicode 18.0, so that no platform's ``unicodedata`` decides a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

#: Raised whenever the same text could come out differently; a model is refused where it differs from its manifest's.
NORMALISER_VERSION = "2"

UNICODE_TABLE = Path(__file__).parent / "data" / "unicode.npz"
ASCII_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Alphabet:
    """The pinned tables as look-ups.

    Attributes
    ----------
    canonical
        Code points that change, and what they become; all others stay, or are separators.
    latin
        Code points that stand for an ASCII letter in a word that keeps a real one.
    word
        Little-endian bit map over all code points: may stand in a word.
    """

    canonical: dict[str, str]
    latin: dict[str, str]
    word: bytes

    def is_word(self, char: str) -> bool:
        """Tell whether a canonical character may stand in a word."""
        code_point = ord(char)
        return bool(self.word[code_point >> 3] >> (code_point & 7) & 1)

    def fold(self, char: str) -> str:
        """Return the canonical form of one character: nothing, or several, or a space where it separates words."""
        form = self.canonical.get(char)
        if form is not None:
            return form
        return char if char.isascii() or self.is_word(char) else " "


@lru_cache(maxsize=1)
def alphabet() -> Alphabet:
    """Return the pinned tables, read once."""
    with np.load(UNICODE_TABLE, allow_pickle=False) as table:
        code_points = table["code_points"].tolist()
        offsets = table["offsets"].tolist()
        pool = "".join(map(chr, table["pool"].tolist()))
        letters = table["latin"].tolist()
        word = table["word"].tobytes()
    chars = [chr(cp) for cp in code_points]
    return Alphabet(
        canonical={c: pool[a:b] for c, a, b in zip(chars, offsets, offsets[1:], strict=False)},
        latin={c: chr(letter) for c, letter in zip(chars, letters, strict=True) if letter},
        word=word,
    )


@dataclass(frozen=True, slots=True)
class Stream:
    """Canonical characters, each with the place it came from.

    Attributes
    ----------
    chars
        The characters: of words, ASCII punctuation, spaces.
    source
        For each the index of its code point in the original text.
    """

    chars: list[str]
    source: list[int]


def canonicalise(text: str) -> Stream:
    """Map a text to canonical characters, look-alike letters folded.

    A segment is a run of code points that can stand in a word, invisible ones between them included. Where a segment
    keeps at least one real Latin letter, every look-alike in it becomes the letter it looks like; elsewhere none does, so
    Urdu, Arabic or Greek words are never folded into Latin.
    """
    table = alphabet()
    chars: list[str] = []
    source: list[int] = []
    segment: list[tuple[int, str, str]] = []
    real = False

    def flush() -> None:
        for index, form, letter in segment:
            emitted = letter if real and letter else form
            chars.extend(emitted)
            source.extend([index] * len(emitted))
        segment.clear()

    for index, char in enumerate(text):
        form = table.fold(char)
        letter = table.latin.get(char, "")
        if letter or not form or all(map(table.is_word, form)):
            segment.append((index, form, letter))
            real = real or not ASCII_LETTERS.isdisjoint(form)
        else:
            flush()
            real = False
            chars.extend(form)
            source.extend([index] * len(form))
    flush()
    return Stream(chars, source)
