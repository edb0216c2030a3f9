from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from training.counting import count

texts = st.lists(st.lists(st.sampled_from("we go to the old town".split()), max_size=7).map(" ".join), max_size=8)


def settings(analyzer: str, orders: tuple[int, int]) -> dict[str, Any]:
    return {"lowercase": False, "analyzer": analyzer, "ngram_range": orders, "token_pattern": r"\S+"}


@pytest.mark.parametrize(
    ("analyzer", "orders"), [("word", (1, 2)), ("word", (1, 3)), ("word", (2, 3)), ("char_wb", (2, 5))]
)
@given(texts)
def test_the_counts_are_scikit_learns(analyzer: str, orders: tuple[int, int], some: list[str]) -> None:
    some = [*some, "one text of all orders"]
    plain = CountVectorizer(**settings(analyzer, orders))
    expected = plain.fit_transform(some).toarray()
    found = count(some, settings(analyzer, orders))
    assert sorted(found.terms) == plain.get_feature_names_out().tolist()
    chosen = [found.terms.index(term) for term in plain.get_feature_names_out()]
    assert np.array_equal(found.columns(chosen).toarray(), expected)
    both = sparse.csr_matrix(np.ones((1, len(some)), dtype=np.float32))
    assert np.array_equal(found.grouped(both).toarray()[0, chosen], expected.sum(axis=0))


@given(texts)
def test_what_stands_in_too_few_texts_is_left_out(some: list[str]) -> None:
    some = [*some, "we go", "we go"]
    every = count(some, settings("word", (1, 2)))
    wide = count(some, settings("word", (1, 2)), least=2)
    standing = np.bincount(every.standing.indices, minlength=len(every.terms))
    assert sorted(wide.terms) == sorted(t for t, n in zip(every.terms, standing.tolist(), strict=True) if n > 1)
