from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import Model, Post
from classifier.columns import CATEGORY_COLUMNS, GROUND_COLUMNS, RESULT_SCHEMA, SLICE, score_columns
from classifier.compiled import SURROGATES
from classifier.decide import BANDS, Policy
from classifier.types import Result
from tests.texts import POSTS, any_text
from training.generate import generate
from training.seeds import Seeds


def as_row(result: Result) -> dict[str, Any]:
    """Return a result as a row of the table, the plain way."""
    record = result.to_dict() | {"forced": result.forced}
    del record["id"]
    record |= dict(zip(CATEGORY_COLUMNS, record.pop("categories").values(), strict=True))
    record |= dict(zip(GROUND_COLUMNS, record.pop("grounds").values(), strict=True))
    urgency, window = record.pop("urgency"), record.pop("window")
    record |= {"urgency": urgency["tier"], "cues": list(urgency["cues"])}
    record |= {"window_start": window[0], "window_end": window[1], "terms": list(record["terms"])}
    record["mentions"] = [m | {"lists": list(m["lists"])} for m in record["mentions"]]
    return record


def same(model: Model, texts: list[str], terms: int) -> None:
    table = score_columns(model, pa.array(texts, pa.string()), terms)
    assert table.schema.equals(RESULT_SCHEMA)
    table.validate(full=True)
    expected = [as_row(r) for r in model.score_posts([Post(str(i), t) for i, t in enumerate(texts)], terms)]
    assert table.to_pylist() == expected


@given(st.lists(st.one_of(any_text(), POSTS), max_size=12), st.integers(0, 4))
@settings(max_examples=60)
def test_columns_hold_what_the_results_say(model: Model, texts: list[str], terms: int) -> None:
    same(model, [SURROGATES.sub("\ufffd", text) for text in texts], terms)


def test_generated_posts_of_every_language_and_urgency_agree(model: Model, seeds: Seeds) -> None:
    texts = [post.text for post in generate(seeds, 3, 1)][: SLICE + 500]
    assert len(texts) > SLICE
    same(model, texts, 3)


def test_a_slice_of_an_array_is_scored_as_it_is(model: Model) -> None:
    texts = pa.array(["", "Join them now", "ہم", "ok"] * 3, pa.string())
    assert score_columns(model, texts.slice(3, 6), 2).equals(score_columns(model, pa.array(texts[3:9].to_pylist()), 2))
    assert score_columns(model, texts.slice(0, 0), 2).num_rows == 0


@pytest.mark.parametrize("flag", [None, 0.8])
def test_bands_of_many_are_the_bands_of_each(flag: float | None) -> None:
    policy = Policy(review=0.5, flag=flag, coverage=0.4, languages=("en",))
    grid = [(r, k, c, e) for r in (0.1, 0.5, 0.8) for k in (True, False) for c in (0.3, 0.4) for e in (True, False)]
    risk, known, coverage, empty = (np.array(column) for column in zip(*grid, strict=True))
    expected = [policy.band(r, "en" if k else "xx", c, empty=e) for r, k, c, e in grid]
    assert [BANDS[i] for i in policy.bands(risk, known, coverage, empty)] == expected
