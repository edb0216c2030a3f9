"""Records are results as the contract writes them."""

from __future__ import annotations

import json

import pytest

from classifier import Model, Post, Result

TEXTS = [
    "",
    "join our brothers at https://t.me/+abc tonight, they will pay for it @user_1",
    "I will find every one of those people tonight with my gun and they will pay 🇵🇰",
    "ہم ان کو نہیں چھوڑیں گے",
    "xqzt vbbn",
    "word " * 200,
]


@pytest.mark.parametrize("terms", [0, 1, 5])
def test_a_record_is_its_result(model: Model, terms: int) -> None:
    records = model.records([str(i) for i in range(len(TEXTS))], TEXTS, terms)
    results = model.score(TEXTS, terms)
    assert records == [result.to_dict() for result in results]
    assert [list(record) for record in records] == [list(result.to_dict()) for result in results]
    assert [Result.from_dict(record) for record in records] == results


def test_a_record_is_plain_json(model: Model) -> None:
    for record in model.records(["1"] * len(TEXTS), TEXTS):
        json.dumps(record)


def test_no_posts(model: Model) -> None:
    assert model.records([], []) == []
    assert model.score_posts([]) == []
    assert model.score_posts([Post("a", "b")], 0)[0].id == "a"
