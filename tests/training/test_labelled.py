from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from classifier import InputError, PostError
from tests.training.files import write_jsonl
from training.labelled import Labelled, file_facts, make_labelled, read_all, read_numbered

NOTHING = io.BytesIO()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "`text` must be a string"),
        ({"text": "  ", "label": 1}, "fill it or delete the row"),
        ({"text": 5, "label": 1}, "`text` must be a string"),
        ({"text": "secret \ud800", "label": 1}, "save the file as UTF-8"),
        ({"text": "secret"}, "add one, or name its column with --map label=COLUMN"),
        ({"text": "secret", "label": 2}, "`label` must be 0 or 1, not 2"),
        ({"text": "secret", "label": "hateful"}, "harm categories go into `categories`"),
        ({"text": "secret", "label": math.nan}, "`label` must be 0 or 1"),
        ({"text": "secret", "label": [1]}, "a value of 3 characters"),
        ({"text": "secret", "label": "this is a whole post in the wrong column"}, "a value of 40 characters"),
        ({"text": "secret", "label": 0, "categories": ["threat"]}, "contradict each other"),
        ({"text": "secret", "categories": ["thraet"]}, "did you mean threat?"),
        ({"text": "secret", "categories": "Hate Speech"}, "`categories` does not know 'Hate Speech'"),
        ({"text": "secret", "categories": ["news"]}, "put it into `kind`"),
        ({"text": "secret", "categories": "[threat"}, "begins like a JSON list but is none"),
        ({"text": "secret", "categories": "[" * 100_000}, "begins like a JSON list but is none"),
        ({"text": "secret", "categories": 3}, "takes a list of names"),
        ({"text": "secret", "categories": [["threat"]]}, "does not know a value of"),
        ({"text": "secret", "label": 0, "kind": "new"}, "did you mean news?"),
        ({"text": "secret", "label": 0, "kind": "threat"}, "put it into `categories`"),
        ({"text": "secret", "label": 1, "kind": "news"}, "correct the label or empty `kind`"),
        ({"text": "secret", "label": 1, "lang": "Urdu"}, "write ur"),
        ({"text": "secret", "label": 1, "lang": "en_US"}, "write a code such as en"),
    ],
)
def test_each_defect_names_row_and_fix_and_never_the_text(row: dict[str, Any], reason: str) -> None:
    found = make_labelled(row, 7)
    assert isinstance(found, PostError)
    assert str(found).startswith("row 7: ")
    assert reason in str(found)
    assert "secret" not in str(found)
    assert "whole post" not in str(found)


@pytest.mark.parametrize("label", [1, "1", True, "true", "True", 1.0, "1.0"])
def test_many_spellings_of_a_label_are_read(label: object) -> None:
    found = make_labelled({"text": "x", "label": label}, 1)
    assert isinstance(found, Labelled)
    assert found.harmful


def test_a_record_survives_its_way_out_and_in() -> None:
    given = {"id": "a", "text": "x", "categories": ["threat", "incitement"], "lang": "en", "group": "g", "cluster": "c"}
    found = make_labelled(given, 1)
    assert isinstance(found, Labelled)
    assert make_labelled(found.to_record(), 9) == found
    bare = make_labelled({"text": "x", "label": 1}, 3)
    assert isinstance(bare, Labelled)
    assert make_labelled(bare.to_record(), 9) == bare


def test_posts_of_a_cluster_are_one_family() -> None:
    one, two = (
        Labelled("a", t, harmful=True, categories=frozenset(), kind=None, lang="en", group=None, cluster="c")
        for t in ("x", "y")
    )
    assert one.as_post(1).family == two.as_post(1).family
    assert replace(one, cluster=None).as_post(1).family != one.as_post(1).family


def test_mapped_columns_hide_those_of_the_same_name(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "x.jsonl", [{"text": "ignored", "body": "shown", "is_bad": 1, "label": "junk"}])
    ((row, post),) = read_numbered(path, NOTHING, {"text": "body", "label": "is_bad"})
    assert isinstance(post, Labelled)
    assert (row, post.text, post.harmful) == (1, "shown", True)


def test_a_mapped_column_that_no_row_has_is_named(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "x.jsonl", [{"text": "secret", "label": 1, "language": "en"}])
    with pytest.raises(InputError, match="did you mean language"):
        list(read_numbered(path, NOTHING, {"lang": "languag"}))


def test_read_all_refuses_a_file_with_its_first_defects(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "x.jsonl", [{"text": "secret", "label": 1}] + [{"text": "secret"}] * 7)
    with pytest.raises(InputError, match=r"row 2: .*row 6: .*and 2 more.*labels import") as caught:
        read_all(path, NOTHING)
    assert "secret" not in str(caught.value)
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(InputError, match="holds no labelled post"):
        read_all(tmp_path / "empty.jsonl", NOTHING)


def test_standard_input_is_read_and_has_no_digest() -> None:
    (post,) = read_all(Path("-"), io.BytesIO(b'{"text": "x", "label": 1}\n'))
    assert post.harmful
    assert file_facts(Path("-"))["sha256"] is None
