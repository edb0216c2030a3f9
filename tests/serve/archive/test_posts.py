"""Both ways of reading a chunk give the posts of the plain reader, and reject what it rejects."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import Post
from classifier.errors import PostError
from classifier.files import make_post, read_posts
from serve.archive.chunks import Cells, Chunk
from serve.archive.fields import parse_mapping
from serve.archive.posts import BAD, Read, read_chunk, read_singly, read_whole
from serve.archive.rescore import _cut
from serve.archive.schema import POST_SCHEMA
from serve.archive.sources import find_files
from tests.serve.archive.conftest import FIELDS

PLAIN = parse_mapping([])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=6)
)
JSON = st.recursive(
    SCALARS, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=3), x, max_size=3), max_leaves=6
)
GOOD = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=4), "text": st.text(max_size=12)},
    optional={"account": st.text(max_size=4) | st.none(), "lang": st.just("en"), "likes": JSON, "more": JSON},
)
LINES = st.one_of(
    GOOD.map(lambda r: json.dumps(r, ensure_ascii=False).encode("utf-8", "replace")),
    GOOD.map(lambda r: json.dumps(r).encode()),
    st.fixed_dictionaries({}, optional={"id": JSON, "text": JSON, "account": JSON}).map(lambda r: json.dumps(r).encode()),
    st.sampled_from([b"", b"  ", b"{", b"[1]", b"null", b'{"id":"a","text":"\xff"}', b'{"id":"a","text":"\\ud800"}',
                     b'{"id":"a","text":"b","n":18446744073709551616123}', b'{"id":"a","text":"b","n":1.5e300,"t":"1e5"}',
                     b'{"id":"a","text":"b","n":NaN}', b'{"id":"a","id":"b","text":"c","x":1,"x":2}', b"{}\r"]),
    st.binary(max_size=8).map(lambda b: b.replace(b"\n", b"")),
)  # fmt: skip


def chunks(path: Path, rows: int = 1000) -> list[Chunk]:
    (file,) = find_files([str(path)])
    cuts = enumerate(_cut(file, rows))
    return [Chunk(0, i, cut.first_row, cut.content, cut.rejects, cut.position) for i, cut in cuts]


def read(path: Path, rows: int = 1000, mapping: dict[str, str] = PLAIN) -> Read:
    made = [read_chunk(chunk, mapping) for chunk in chunks(path, rows)]
    posts = pa.concat_tables([POST_SCHEMA.empty_table(), *(r.posts for r in made)])
    return Read(posts, tuple(reject for r in made for reject in r.rejects))


def plainly(path: Path) -> tuple[list[Post], list[int]]:
    """Return what the plain reader makes of a file: the posts, and the rows that are none."""
    found = list(read_posts(str(path), io.BytesIO()))
    return [p for p in found if isinstance(p, Post)], [p.row for p in found if isinstance(p, PostError)]


def singly(data: bytes) -> tuple[list[Post], list[int]]:
    """Return the same of JSON lines, by the library's own JSON; whole numbers are taken for ids, NaN is no JSON."""
    posts, rejected = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line or line.isspace():
            continue
        try:
            record = json.loads(line.decode(), parse_constant=int)
            record = {k: str(v) if k != "text" and type(v) is int else v for k, v in record.items()}
            post = make_post(record, number)
        except (ValueError, AttributeError):
            post = PostError(number, "no JSON")
        if isinstance(post, Post):
            posts.append(post)
        else:
            rejected.append(number)
    return posts, rejected


def as_posts(table: pa.Table) -> list[Post]:
    return [Post(*(row[name] for name in FIELDS)) for row in table.to_pylist()]


def check_ways(path: Path, rows: int) -> None:
    """Check that a chunk that can be read as a whole is read the same row by row."""
    for chunk in chunks(path, rows):
        singly, rejects = read_singly(chunk, PLAIN)
        singly.validate(full=True)
        try:
            whole = read_whole(chunk, PLAIN)
        except BAD:
            assert rejects or isinstance(chunk.content, Cells)
        else:
            assert whole.to_pylist() == singly.to_pylist()
            assert (rejects, whole.schema) == ([], POST_SCHEMA)


@given(st.lists(LINES, max_size=8), st.integers(1, 4), st.sampled_from([b"", b"\xef\xbb\xbf"]))
@settings(max_examples=150)
def test_lines_are_read_as_the_plain_reader_reads_them(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], rows: int, mark: bytes
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_bytes(mark + b"\n".join(lines))
    check_ways(path, rows)
    got = read(path, rows)
    posts, rejected = singly(b"\n".join(lines))
    assert as_posts(got.posts) == posts
    assert [row for row, _ in got.rejects] == rejected


CELLS = st.text(st.sampled_from('ab,"\n\r é\udcff'), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6), st.integers(1, 3))
@settings(max_examples=150)
def test_cells_are_read_as_the_plain_reader_reads_them(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], rows: int
) -> None:
    import csv

    sink = io.StringIO(newline="")
    csv.writer(sink).writerows([["id", "text", "likes"], *table])
    path = tmp_path_factory.mktemp("cells") / "a.csv"
    path.write_bytes(sink.getvalue().encode("utf-8", "surrogateescape"))
    check_ways(path, rows)
    got = read(path, rows)
    posts, rejected = plainly(path)
    assert as_posts(got.posts) == posts
    assert [row for row, _ in got.rejects] == rejected


def test_what_is_carried_along_is_the_same_to_the_digit(tmp_path: Path) -> None:
    extra = '{"n":18446744073709551616123,"x":1.5e300,"t":"1e5","é":[{"a":null}]}'
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"id":"a","text":"b",' + extra[1:] + "\n" + '{"id":"a","text":"b","s":"\\ud800"}\n', encoding="utf-8"
    )
    first, second = read(path).posts.column("extra").to_pylist()
    assert json.loads(first) == json.loads(extra)
    assert json.loads(second) == {"s": "\ud800"}


@pytest.mark.parametrize("size", [0, 1])
def test_a_line_that_is_too_long_costs_only_itself(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve.archive.chunks.LONGEST_LINE", 1000)
    monkeypatch.setattr("serve.archive.sources.PIECE", 300)
    good = b'{"id":"a","text":"b"}\n'
    path = tmp_path / "a.jsonl"
    path.write_bytes(good + b'{"id":"' + b"x" * 5000 + b'"}\n' + good + b"y" * 2000 + b"\n" * size)
    for rows in (1, 2, 100):
        got = read(path, rows)
        assert got.posts.column("row").to_pylist() == [1, 3]
        assert [row for row, _ in got.rejects] == [2, 4]
        assert "longer than" in got.rejects[0][1]


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 20])
def test_chunks_do_not_depend_on_how_a_file_is_read(
    tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(b'{"id":"%d","text":"b"}\n' % i for i in range(10)) + b"\n\n")
    expected = chunks(path, 3)
    monkeypatch.setattr("serve.archive.sources.PIECE", piece)
    got = chunks(path, 3)
    assert [(c.first_row, c.content) for c in got] == [(c.first_row, c.content) for c in expected]


def test_parquet_of_every_readable_type_gives_strings(tmp_path: Path) -> None:
    import datetime as dt

    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    table = pa.table(
        {
            "id": pa.array([1, 2, None], pa.uint64()),
            "text": pa.array(["a", "b", "c"]).dictionary_encode(),
            "account": pa.array([b"x", b"\xff", b"z"], pa.binary()),
            "lang": pa.nulls(3),
            "created_at": pa.array([moment, None, moment], pa.timestamp("ns", "UTC")),
            "url": pa.array(["u", None, "w"], pa.large_string()),
            "nested": pa.array([{"a": [1]}, None, {"a": []}]),
            "when": pa.array([moment, None, None], pa.timestamp("ns", "Europe/Paris")),
            "blob": pa.array([b"\xff", None, None], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet")
    assert got.rejects == ((2, "`account` holds bytes that are not UTF-8"), (3, "`id` is missing"))
    (row,) = got.posts.to_pylist()
    assert as_posts(got.posts) == [Post("1", "a", "x", None, "2026-01-02T03:04:05+00:00", "u")]
    assert json.loads(row["extra"]) == {"nested": {"a": [1]}, "when": "2026-01-02T04:04:05+01:00", "blob": "/w=="}
    pq.write_table(table.slice(0, 1), tmp_path / "b.parquet")
    check_ways(tmp_path / "b.parquet", 10)
    assert read(tmp_path / "b.parquet").posts.to_pylist() == [row]


def test_a_parquet_file_is_cut_at_the_same_rows_whatever_its_groups(tmp_path: Path) -> None:
    table = pa.table({"id": [str(i) for i in range(50)], "text": ["x" * i for i in range(50)]})
    for group in (1, 7, 50):
        pq.write_table(table, tmp_path / "a.parquet", row_group_size=group)
        assert [c.first_row for c in chunks(tmp_path / "a.parquet", 20)] == [1, 21, 41]
        got: list[dict[str, Any]] = read(tmp_path / "a.parquet", 20).posts.to_pylist()
        assert [row["row"] for row in got] == list(range(1, 51))
