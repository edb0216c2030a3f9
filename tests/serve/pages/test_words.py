"""The page has a word for everything that a result can say."""

from __future__ import annotations

from typing import get_args

from classifier.labels import CATEGORIES, LANGUAGES
from classifier.types import Band, MentionKind, Tier
from serve.pages import words


def test_nothing_is_without_a_word() -> None:
    assert set(words.BANDS) == set(get_args(Band))
    assert set(words.TIERS) == set(get_args(Tier))
    assert set(words.MENTIONS) == set(get_args(MentionKind))
    assert set(words.CATEGORIES) == set(CATEGORIES)
    assert set(words.LANGUAGES) >= set(LANGUAGES)
    assert len({sign for _, sign, _ in words.BANDS.values()}) == len(words.BANDS)
