from __future__ import annotations

import pytest

from classifier import InputError
from training.columns import parse_mapping, renamed, suggestion


@pytest.mark.parametrize(
    ("pair", "reason"),
    [("text", "write FIELD=COLUMN"), ("txt=body", "did you mean text?"), ("=x", "no field"), ("text=", "write FIELD")],
)
def test_a_bad_mapping_says_what_to_write(pair: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_mapping([pair])
    with pytest.raises(InputError, match="mapped twice"):
        parse_mapping(["text=a", "text=b"])


def test_a_mapped_column_takes_the_place_of_ours() -> None:
    mapping = parse_mapping(["text=body", "label=y=1"])
    assert mapping == {"text": "body", "label": "y=1"}
    assert renamed({"body": "a", "text": "b", "label": 3, "x": 1}, mapping) == {"body": "a", "x": 1, "text": "a"}


def test_only_near_names_are_suggested() -> None:
    assert suggestion("Recruitmnt", ("recruitment", "threat")) == ", did you mean recruitment?"
    assert suggestion("zzz", ("recruitment",)) == ""
