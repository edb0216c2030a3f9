"""The pinned alphabet as pages of 256 entries; pages on which every code point stands for itself are shared."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifier.canonical import ASCII_LETTERS, alphabet
from classifier.kernel.arrays import Letters
from classifier.kernel.codes import (
    DIGIT,
    FLAG,
    HARMLESS_AFTER,
    HOLDS_LINKISH,
    IN_WORD,
    KIND_BITS,
    LATIN,
    LEET,
    LETTER_BITS,
    LINKISH,
    MASK,
    NEEDS_LOOK,
    PLAIN_LETTER,
    PLAIN_OTHER,
    PLAIN_SPACE,
    REAL,
    SIZE_BITS,
    SPACE,
    VANISHES,
    WORD,
)
from classifier.masks import MASKS
from classifier.tokens import DIGITS, FIRST_FLAG, LAST_FLAG, LEET_SIGNS

PAGE, PAGES = 256, 0x110000 // 256
#: A byte of UTF-8 and a code point of its form: see `growth`.
UTF8_SIZES = ((0x80, 1), (0x800, 2), (0x10000, 3), (0x110000, 4))


def kind_of(char: str) -> int:
    """Return the bits that a canonical character has."""
    kind = WORD if alphabet().is_word(char) else 0
    sets = ((ASCII_LETTERS, LATIN), (DIGITS, DIGIT), (" ", SPACE), (MASKS, MASK), (LEET_SIGNS, LEET), (".:@", LINKISH))
    for chars, bit in sets:
        kind |= bit if char in chars else 0
    return kind | (FLAG if FIRST_FLAG <= char <= LAST_FLAG else 0)


@lru_cache(maxsize=1)
def letters() -> Letters:
    """Return the alphabet's arrays, built once."""
    table = alphabet()
    special = [*map(chr, range(128)), *(c for c in table.canonical if c > "\x7f"), *MASKS]
    special += [c for c in table.latin if c > "\x7f" and c not in table.canonical]
    special += [chr(c) for c in range(ord(FIRST_FLAG), ord(LAST_FLAG) + 1)]
    word = np.frombuffer(table.word, dtype=np.uint8)
    word = np.pad(word, (0, PAGES * PAGE // 8 - len(word))).reshape(PAGES, PAGE // 8)
    own = np.zeros(PAGES, dtype=bool)
    own[np.unique([ord(c) >> 8 for c in special])] = True
    own |= ~((word == word[:, :1]).all(axis=1) & np.isin(word[:, 0], [0, 0xFF]))
    pages = np.where(word[:, 0] == 0, -2, -1).astype(np.int32)
    pages[own] = np.arange(own.sum())
    pages[~own] += own.sum() + 2  # the last two pages: only separators, only word characters
    bits = np.unpackbits(
        np.concatenate([word[own], np.zeros((1, 32), np.uint8), np.full((1, 32), 0xFF, np.uint8)]).reshape(-1),
        bitorder="little",
    )
    itself = np.uint64(1) << SIZE_BITS | np.uint64(WORD) << KIND_BITS | IN_WORD
    separator = np.uint64(1) << SIZE_BITS | np.uint64(ord(" ")) | np.uint64(SPACE) << KIND_BITS
    entries = np.where(bits == 1, itself, separator)
    pool: list[str] = []
    kinds: dict[str, int] = {}
    for char in dict.fromkeys(special):
        form = table.fold(char)
        entries[int(pages[ord(char) >> 8]) * PAGE + (ord(char) & 0xFF)] = _entry(
            form, table.latin.get(char, ""), pool, kinds
        )
    codes = np.array([ord(c) for c in pool] or [0], dtype=np.uint32)
    pool_kinds = np.array([kinds[c] for c in pool] or [0], dtype=np.uint8)
    return Letters(pages, entries, codes, pool_kinds, ascii_kinds())


def ascii_kinds() -> NDArray[np.uint8]:
    """Return what each byte is to the fast path; `classifier.kernel.plain.classes_of` has the same in vector code."""
    kinds = np.zeros(256, dtype=np.uint8)
    for code in range(128):
        form = alphabet().fold(chr(code))
        kind = kind_of(form) if len(form) == 1 else 0
        if not form:
            kinds[code] = VANISHES
        elif kind & LATIN:
            kinds[code] = PLAIN_LETTER
        elif kind & SPACE:
            kinds[code] = PLAIN_SPACE | HARMLESS_AFTER
        elif kind & (LINKISH | LEET):
            kinds[code] = NEEDS_LOOK | (HARMLESS_AFTER if form == "." else 0)
        elif form == chr(code) and not kind:
            kinds[code] = PLAIN_OTHER | (0 if form in "/_" else HARMLESS_AFTER)
    return kinds


def _entry(form: str, letter: str, pool: list[str], kinds: dict[str, int]) -> int:
    """Return one entry; a form of several characters goes into the pool."""
    for char in form:
        if char not in kinds:
            kinds[char] = kind_of(char)
    in_word = letter or all(kinds[c] & WORD for c in form)
    entry = len(form) << int(SIZE_BITS) | (int(IN_WORD) if in_word else 0)
    if letter and letter != form:
        entry |= ord(letter) << int(LETTER_BITS)
    if any(kinds[c] & LATIN for c in form):
        entry |= int(REAL)
    if len(form) == 1:
        return entry | ord(form) | kinds[form] << int(KIND_BITS)
    if any(kinds[c] & LINKISH for c in form):
        entry |= 1 << int(HOLDS_LINKISH)
    entry |= len(pool)
    pool.extend(form)
    return entry


@lru_cache(maxsize=1)
def growth() -> int:
    """Return the most canonical characters that one byte of UTF-8 can become."""
    most = 1
    for char, form in alphabet().canonical.items():
        size = next(bytes_ for below, bytes_ in UTF8_SIZES if ord(char) < below)
        most = max(most, -(-len(form) // size))
    return most
