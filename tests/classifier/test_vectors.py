"""The vector code of the fast path says what the tables say."""

from __future__ import annotations

import numpy as np
import pytest

from classifier.kernel import vectors
from classifier.kernel.alphabet import ascii_kinds
from classifier.kernel.arrays import Bytes
from classifier.kernel.codes import HARMLESS_AFTER, NEEDS_LOOK, PLAIN_LETTER, PLAIN_SPACE, VANISHES
from classifier.kernel.compiler import apart
from classifier.kernel.dictionary import word_hash
from classifier.kernel.plain import SMALL_EIGHT, classes_of
from classifier.kernel.vectors import bytes_in, copy_bytes, copy_rows, differ, eight, like_next, spread

BLOCK = np.frombuffer(b"aAab cd\xd9zz'9@AZz[`{~" * 8, dtype=np.uint8).copy()


@apart
def _classes(block: Bytes) -> tuple[np.uint64, ...]:
    return classes_of(block)


@apart
def _run(block: Bytes, letters: np.ndarray, rows: np.ndarray, copied: Bytes) -> tuple[int, ...]:
    packed = eight(block, 3)
    spread(letters, 2, packed)
    copy_rows(rows, 1, rows, 40)
    copy_bytes(copied, 0, block, 5)
    return bytes_in(block, 1, 0x20, 97, 26), like_next(block, 0, 0x20), packed


@apart
def _differ(one: np.ndarray, other: np.ndarray, count: int) -> bool:
    return differ(one, 1, other, 2, count)


def test_every_byte_is_of_the_class_that_the_alphabet_gives_it() -> None:
    kinds = ascii_kinds()
    for first in range(0, 256, 64):
        block = np.arange(first, first + 64, dtype=np.uint8)
        letters, spaces, silent, doubtful, strange, harmless = map(int, _classes(block))
        for i, kind in enumerate(kinds[first : first + 64].tolist()):
            found = [bits >> i & 1 for bits in (letters, spaces, silent, doubtful, strange, harmless)]
            bits = (PLAIN_LETTER, PLAIN_SPACE, VANISHES, NEEDS_LOOK)
            assert found == [*(int(kind & bit != 0) for bit in bits), int(kind == 0), int(kind & HARMLESS_AFTER != 0)]


def test_they_do_what_their_names_say() -> None:
    letters, rows, copied = np.zeros(12, np.uint32), np.arange(80, dtype=np.int32), np.zeros(64, np.uint8)
    in_range, alike, packed = _run(BLOCK, letters, rows, copied)
    text = BLOCK.tobytes()
    assert [in_range >> i & 1 for i in range(64)] == [chr(b).isascii() and chr(b).isalpha() for b in text[1:65]]
    assert [alike >> i & 1 for i in range(64)] == [text[i] | 32 == text[i + 1] | 32 for i in range(64)]
    assert packed == int.from_bytes(text[3:11], "little")
    assert letters.tolist() == [0, 0, *text[3:11], 0, 0]
    assert rows[1:33].tolist() == list(range(40, 72))
    assert copied.tobytes() == text[5:69]


@pytest.mark.parametrize("count", range(9))
def test_only_the_letters_that_count_are_compared(count: int) -> None:
    one = np.arange(10, dtype=np.uint32)
    for changed in range(8):
        other = np.arange(-1, 11, dtype=np.int64).astype(np.uint32)
        other[changed + 2] += 7
        assert bool(_differ(one, other, count)) == (changed < count)


def test_eight_ascii_letters_hash_as_the_bytes_they_are() -> None:
    @apart
    def of_letters(letters: np.ndarray, size: int) -> np.uint64:
        return word_hash(np.uint64(3), letters, 0, size)

    @apart
    def of_bytes(block: Bytes) -> np.uint64:
        return (eight(block, 0) | SMALL_EIGHT) & np.uint64(0xFFFFFF)

    letters = np.arange(97, 97 + 72, dtype=np.uint32)
    assert int(of_bytes(np.frombuffer(b"CaTfish!", np.uint8))) == int.from_bytes(b"cat", "little")
    seen = {int(of_letters(letters, size)) for size in range(64)}
    assert len(seen) == 64


def test_bounds_are_not_checked_here() -> None:
    assert not vectors.CHECKED
