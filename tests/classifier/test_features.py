from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from classifier.features import Orders, ngrams
from classifier.scoring import windows

TOKENS = st.lists(st.text("abcد1é", min_size=1, max_size=7), min_size=1, max_size=12)


@given(tokens=TOKENS)
def test_ngrams_are_those_of_scikit_learn(tokens: list[str]) -> None:
    orders = Orders((1, 2), (2, 5))
    words, chars = ngrams(tokens, orders)
    for grams, options in (
        (words, {"token_pattern": r"\S+", "ngram_range": (1, 2)}),
        (chars, {"analyzer": "char_wb", "ngram_range": (2, 5)}),
    ):
        analyse = CountVectorizer(lowercase=False, **options).build_analyzer()
        assert sorted(g for g, _, _ in grams) == sorted(analyse(" ".join(tokens)))


@given(tokens=TOKENS)
def test_an_ngram_covers_the_tokens_it_is_made_of(tokens: list[str]) -> None:
    words, chars = ngrams(tokens, Orders())
    assert all(" ".join(tokens[a:b]) == gram for gram, a, b in words)
    assert all(gram in f" {tokens[a]} " and b == a + 1 for gram, a, b in chars)


@given(count=st.integers(0, 400), half=st.integers(1, 40))
def test_windows_cover_everything_and_overlap_by_half(count: int, half: int) -> None:
    found = windows(count, 2 * half)
    assert found[0][0] == 0
    assert found[-1][1] == count
    assert all(b - a <= 2 * half for a, b in found)
    assert all(second[0] - first[0] == half for first, second in pairwise(found))
    assert len(found) == 1 or all(b - a == 2 * half for a, b in found[:-1])
