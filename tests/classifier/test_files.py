from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier import InputError, Post, PostError
from classifier.files import read_posts

ROWS = [
    {"id": "a", "text": "first", "account": "x", "lang": "en"},
    {"id": "b", "text": 'دوسرا، "quoted"\nline'},
    {"id": "c", "text": ""},
]
EXPECTED = [Post("a", "first", "x", "en"), Post("b", 'دوسرا، "quoted"\nline'), Post("c", "")]


def jsonl(rows: list[dict[str, str]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def write(folder: Path, name: str) -> Path:
    path = folder / name
    if name.endswith(".jsonl"):
        path.write_bytes(jsonl(ROWS))
    elif name.endswith(".jsonl.gz"):
        path.write_bytes(gzip.compress(jsonl(ROWS), mtime=0))
    elif name.endswith(".jsonl.zst"):
        with pa.CompressedOutputStream(str(path), "zstd") as out:
            out.write(jsonl(ROWS))
    elif name.endswith(".csv"):
        import csv

        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, ["id", "text", "account", "lang"])
            writer.writeheader()
            writer.writerows(ROWS)
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz", "p.jsonl.zst", "p.csv", "p.parquet"])
def test_every_reader_gives_the_same_posts(tmp_path: Path, name: str) -> None:
    assert list(read_posts(str(write(tmp_path, name)), io.BytesIO())) == EXPECTED


def test_standard_input_is_jsonl_or_plain() -> None:
    assert list(read_posts("-", io.BytesIO(jsonl(ROWS)))) == EXPECTED
    assert list(read_posts("-", io.BytesIO(b"eins\nzwei"), plain=True)) == [
        Post("1", "eins"),
        Post("2", "zwei"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "JSON object"),
        (b'{"id": "a"}', "`text` is missing"),
        (b'{"text": "a"}', "`id` is missing"),
        (b'{"id": 1, "text": "a"}', "`id` must be a string"),
        (b'{"id": "a", "text": null}', "`text` must be a string"),
        (b'{"id": "a", "text": "\\ud800"}', "lone surrogate"),
        (b'{"id": "a", "text": "\xff"}', "not UTF-8"),
        (b'{"id": "a", "text": "x", "lang": 3}', "`lang` must be a string"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(line: bytes, reason: str) -> None:
    rows = list(read_posts("-", io.BytesIO(b'{"id": "1", "text": "x"}\n' + line + b'\n\n{"id": "2", "text": "y"}\n')))
    assert [r.id for r in rows if isinstance(r, Post)] == ["1", "2"]
    (error,) = [r for r in rows if isinstance(r, PostError)]
    assert error.row == 2
    assert reason in error.reason


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl", None, "does not exist"),
        ("x.xlsx", b"", "use .jsonl, .csv or .parquet"),
        ("x.parquet", b"no parquet", "cannot be read"),
        ("x.jsonl.gz", b"no gzip", "cannot be read"),
        ("x.jsonl.gz", gzip.compress(jsonl(ROWS), mtime=0)[:-20], "cannot be read to its end"),
        ("x.csv", b"a,b\n1,2\n", "header"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_posts(str(path), io.BytesIO()))


def test_parquet_without_text_says_which_columns_it_has(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "x.parquet")
    with pytest.raises(InputError, match="it has body"):
        list(read_posts(str(tmp_path / "x.parquet"), io.BytesIO()))
