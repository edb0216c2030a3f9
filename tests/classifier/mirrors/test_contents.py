from __future__ import annotations

import numpy as np
import pytest

from classifier.mirrors import Background, Key
from classifier.mirrors.background import hash_list
from classifier.mirrors.contents import Digester, Signature
from classifier.mirrors.keys import OPEN
from tests.classifier.mirrors.oracle import siphash
from tests.classifier.mirrors.texts import COMMONPLACE, CONFIRMED

#: From the authors' own test vectors: key 00 … 0f, message 00 01 02 … of so many bytes.
VECTORS = {0: 0x726FDB47DD0E0E31, 4: 0xCF2794E0277187B7, 8: 0x93F5F5799A932462}


@pytest.mark.parametrize(("size", "expected"), VECTORS.items())
def test_the_oracle_is_siphash(size: int, expected: int) -> None:
    assert siphash(bytes(range(16)), bytes(range(size))) == expected
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5


def test_words_are_hashed_as_the_oracle_hashes_them() -> None:
    words = ["a", "word", "کتاب", "hashes", "x" * 63]
    numbers = np.array([0x0706050403020100, 0x0F0E0D0C0B0A0908], dtype=np.uint64)
    numbers.flags.writeable = False
    expected = [siphash(bytes(range(16)), word.encode("utf-32-le")) for word in words]
    assert hash_list(words, numbers).tolist() == expected


def test_another_key_gives_other_hashes_everywhere(background: Background, key: Key) -> None:
    ours, theirs = (Digester(k, background)(CONFIRMED) for k in (key, OPEN))
    assert not set(ours.grams.tolist()) & set(theirs.grams.tolist())
    assert not set(ours.words.tolist()) & set(theirs.words.tolist())
    assert not (ours.keys == theirs.keys).any()
    assert ours.bits.tolist() == theirs.bits.tolist()


def test_a_batch_gives_what_its_texts_give_one_by_one(background: Background, key: Key) -> None:
    digest = Digester(key, background)
    texts = [*CONFIRMED, *COMMONPLACE, "a", "abcd efgh " * 200]
    whole = digest(texts)
    for row, text in enumerate(texts):
        one, taken = digest([text]), whole.take(np.array([row]))
        for name in ("grams", "places", "words", "word_places", "bits", "keys", "whole"):
            assert np.array_equal(getattr(one, name), getattr(taken, name)), (name, text)


@pytest.mark.parametrize("text", COMMONPLACE)
def test_the_commonplace_weighs_next_to_nothing(background: Background, key: Key, text: str) -> None:
    assert Digester(key, background)([text]).weights[0] < 45


@pytest.mark.parametrize("text", CONFIRMED)
def test_what_is_told_in_its_own_words_weighs_enough(background: Background, key: Key, text: str) -> None:
    assert Digester(key, background)([text]).weights[0] > 90


def test_signatures_estimate_similarity() -> None:
    rng = np.random.default_rng(1)
    shared = rng.integers(0, 2**32, 500, dtype=np.uint32)
    sets = [np.concatenate([shared, rng.integers(0, 2**32, 250, dtype=np.uint32)]) for _ in range(2)]
    places = np.array([0, 750, 1500])
    keys = Signature(bands=400, rows=1).keys(np.concatenate(sets), places)
    assert abs((keys[0] == keys[1]).mean() - 0.5) < 0.1


def test_equal_texts_have_equal_wholes_and_others_have_not(background: Background, key: Key) -> None:
    wholes = Digester(key, background)(["one two three", "ONE two  three!", "two one three", "one two"]).whole.tolist()
    assert wholes[0] == wholes[1]
    assert len(set(wholes)) == 3
