from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from serve.accounts.tables import safe, write_tables
from serve.accounts.tally import POSTS

ROW = {
    "account": '=HYPERLINK("http://evil.example")', "id": "+1", "source": "a.csv", "row": -3, "created_at": None,
    "band": "review", "urgency": "T3", "categories": ["threat", "incitement"], "reasons": ["@you"], "content": None,
    "lang": "ur", "url": None, "text": '\u06cc\u06c1 "post"\r\nhas, lines\0', "status": "s",
}  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", " =1", "\u00a0@x"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert str(safe(text)).startswith("'")


@pytest.mark.parametrize("value", ["a=1", "plain", "1-2", 0.5, -3, "", "'quoted"])
def test_everything_else_stays(value: object) -> None:
    assert safe(value) == value


def test_three_formats_hold_the_same(tmp_path: Path) -> None:
    write_tables(tmp_path, "posts", [ROW, ROW | {"text": None}], POSTS)
    data = (tmp_path / "posts.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0]["account"] == "'" + str(ROW["account"])
    assert (rows[0]["id"], rows[0]["row"], rows[0]["reasons"]) == ("'+1", "-3", "'@you")
    assert (rows[0]["categories"], rows[1]["text"]) == ("threat; incitement", "")
    assert rows[0]["text"] == '\u06cc\u06c1 "post"\r\nhas, lines'
    lines = [json.loads(line) for line in (tmp_path / "posts.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[0] == ROW
    assert pq.read_table(tmp_path / "posts.parquet").to_pylist() == [ROW, ROW | {"text": None}]


def test_empty_tables_have_their_columns(tmp_path: Path) -> None:
    write_tables(tmp_path, "posts", [], POSTS)
    assert pq.read_schema(tmp_path / "posts.parquet").names == POSTS.names
    assert len((tmp_path / "posts.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_moments_are_told_with_their_zone() -> None:
    assert safe(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00+00:00"
