"""Every defect of input that we could think of, and what the user sees."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.errors import InputError
from serve.archive.manifest import Manifest
from serve.archive.scored import open_scored
from tests.serve.archive.conftest import Run, write

Rows = list[dict[str, Any]]
GOOD = b'{"id": "a", "text": "Good morning"}\n'


def reasons(folder: Path) -> list[tuple[int, str]]:
    """Return the rows and reasons of all rejects."""
    lines = [line for path in sorted((folder / "rejects").iterdir()) for line in path.read_text().splitlines()]
    return [(r["row"], r["reason"]) for r in map(json.loads, lines)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "the line is not JSON"),
        (b'{"id": "x", "text": "caf\xe9"}', "the line is not UTF-8"),
        (b'["x"]', "a post is a JSON object"),
        (b'{"id": "x"}', "`text` is missing"),
        (b'{"text": "secret"}', "`id` is missing"),
        (b'{"id": "x", "text": ["secret"]}', "`text` must be a string"),
        (b'{"id": "x", "text": 7}', "`text` must be a string"),
        (b'{"id": true, "text": "secret"}', "`id` must be a string"),
        (b'{"id": "x", "text": "secret", "account": {"a": 1}}', "`account` must be a string"),
        (b'{"id": "x", "text": "secret\\udc00"}', "`text` holds a lone surrogate or bytes that are not UTF-8"),
        (b'{"id": "x", "text": "secret", "n": NaN}', "the line is not JSON"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_rest_is_scored(
    run: Run, tmp_path: Path, line: bytes, reason: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD + line + b"\n\n" + GOOD)
    made = run(tmp_path / "a.jsonl")
    assert (made.scored, made.rejected) == (2, 1)
    assert reasons(tmp_path / "out") == [(2, reason)]
    assert "secret" not in "".join(p.read_text() for p in (tmp_path / "out" / "rejects").iterdir())


def broken_gzip(path: Path) -> Path:
    path = path / "b.jsonl.gz"
    whole = gzip.compress(b"".join(b'{"id": "%d", "text": "number %d"}\n' % (i, i * i) for i in range(20_000)), mtime=0)
    path.write_bytes(whole[: len(whole) // 2])
    return path


def broken_parquet(path: Path) -> Path:
    path = path / "b.parquet"
    write(path, [{"id": str(i), "text": f"number {i}"} for i in range(2000)])
    path.write_bytes(path.read_bytes()[:-100])
    return path


def broken_csv(path: Path) -> Path:
    path = path / "b.csv"
    path.write_bytes(b'id,text\n1,fine\n2,"open' + b"x" * (1 << 24))
    return path


def no_gzip(path: Path) -> Path:
    path = path / "b.csv.gz"
    path.write_bytes(b"id,text\n1,fine\n")
    return path


def zstd_bomb(path: Path) -> Path:
    path = path / "b.jsonl.zst"
    path.write_bytes(pa.compress(GOOD * 100_000, codec="zstd", asbytes=True))
    return path


def parquet_bomb(path: Path) -> Path:
    path = path / "b.parquet"
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), ["a" * (1 << 27)])
    pq.write_table(pa.table({"id": ["1"] * 10_000, "text": repeated}), path, compression="zstd", store_schema=False)
    return path


def row_bomb(path: Path) -> Path:
    path = path / "b.parquet"
    zeros = pa.repeat(pa.scalar("a"), 1_100_000).dictionary_encode()
    pq.write_table(pa.table({"id": zeros, "text": zeros}), path, store_schema=False)
    return path


@pytest.mark.parametrize(
    ("spoil", "read", "message"),
    [
        (broken_gzip, range(1000, 19_000), "cannot be read to its end"),
        (broken_parquet, [0], "cannot be read as Parquet"),
        (broken_csv, [1], "breaks at line 3"),
        (no_gzip, [0], "cannot be read to its end"),
        (zstd_bomb, range(100_000), "decompression bomb"),
        (parquet_bomb, [0], "holds a dictionary of 128 MiB, as a decompression bomb does"),
        (row_bomb, [0], "1100000 rows in"),
    ],
)
def test_a_file_that_breaks_off_is_named_and_the_others_are_scored(
    run: Run,
    posts: Rows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path], Path],
    read: Container[int],
    message: str,
) -> None:
    monkeypatch.setattr("serve.archive.sources.BOMB_FROM", 1 << 20)
    path = spoil(tmp_path)
    made: Manifest = run(write(tmp_path / "a.jsonl", posts), path, write(tmp_path / "c.csv", posts), part_rows=1000)
    assert [bool(source.problem) for source in made.inputs] == [False, True, False]
    assert message in str(made.inputs[1].problem)
    got = sum(part.scored for part in made.parts if part.file == 1)
    assert got in read
    assert made.scored == 200 + got == sum(batch.num_rows for batch in open_scored(tmp_path / "out").batches())
    again = run(tmp_path / "a.jsonl", path, tmp_path / "c.csv", part_rows=1000)
    assert again == made


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"id,body\n1,x\n", r"has no column `text`; it has id, body.*--map text=COLUMN"),
        ("a.csv", b"id,text,id\n1,x,2\n", r"two columns `id`"),
        ("a.jsonl", '{"id": "a", "text": "b"}'.encode("utf-16"), r"is UTF-16; convert it with `iconv"),
        ("a.parquet", pa.table({"id": ["a"], "body": ["b"]}), r"has no column `text`; it has id, body"),
        (
            "a.parquet",
            pa.table({"id": ["a"], "text": [{"body": "b"}]}),
            r"`text` is struct<body: string>, not a string",
        ),
        ("a.parquet", pa.table({"id": ["a"], "text": [["b"]]}), r"`text` is list<.*--map text=COLUMN"),
        ("a.parquet", pa.table({"id": [0.5], "text": ["b"]}), r"`id` is double"),
        ("a.xlsx", b"", r"of no kind that is read"),
        ("none/b.txt", b"", r"holds no file of posts"),
    ],
)
def test_what_no_post_can_come_of_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, name: str, content: bytes | pa.Table, message: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        pq.write_table(content, path)
    with pytest.raises(InputError, match=message):
        run(path if name.startswith("a.") else path.parent)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_missing_is_said(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        run(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="holds no file of posts"):
        run(tmp_path / "*.jsonl")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet", "a.jsonl.gz"])
def test_an_empty_file_has_no_posts(run: Run, posts: Rows, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    made = run(tmp_path / name, write(tmp_path / "b.jsonl", posts))
    assert (made.scored, made.inputs[0].problem) == (100, None)


def test_a_table_without_rows_has_no_posts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n")
    pq.write_table(
        pa.table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())}), tmp_path / "b.parquet"
    )
    made = run(tmp_path / "a.csv", tmp_path / "b.parquet")
    assert (made.scored, made.parts) == (0, ())
    assert list(open_scored(tmp_path / "out").batches()) == []


def test_columns_that_change_their_type_or_are_null_throughout_keep_one(run: Run, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1], "text": ["x"], "account": pa.nulls(1)}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": ["b"], "text": ["x"], "account": [5]}), tmp_path / "b.parquet")
    lines = [
        {"id": 1, "text": "x", "n": 1},
        {"id": "2", "text": "x", "n": "one"},
        {"id": "3", "text": "x", "account": None},
    ]
    write(tmp_path / "c.jsonl", lines)
    assert run(tmp_path / "*.*").scored == 5
    schemas = {pq.read_schema(path).to_string() for path in (tmp_path / "out").glob("part*")}
    assert len(schemas) == 1
    rows = [row for batch in open_scored(tmp_path / "out").batches() for row in batch.to_pylist()]
    assert [(row["id"], row["account"]) for row in rows] == [
        ("1", None),
        ("b", "5"),
        ("1", None),
        ("2", None),
        ("3", None),
    ]
    assert [row["extra"] for row in rows] == [None, None, '{"n":1}', '{"n":"one"}', None]


def test_posts_with_one_id_are_all_scored(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD * 3)
    assert run(tmp_path / "a.jsonl").scored == 3
    assert [row["row"] for batch in open_scored(tmp_path / "out").batches() for row in batch.to_pylist()] == [1, 2, 3]


LONG = r"""
import re, sys
from serve.archive.rescore import _cut
from serve.archive.sources import find_files
(file,) = find_files([sys.argv[1]])
cuts = list(_cut(file, 1000))
print(len(cuts), cuts[0].rejects, re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
"""


def test_a_line_of_a_gigabyte_does_not_take_its_size_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as out:
        out.write(GOOD)
        out.truncate(1 << 30)  # a hole: zeros, none of them a line's end
        out.seek(0, 2)
        out.write(b"\n" + GOOD)
    done = subprocess.run([sys.executable, "-c", LONG, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("1 ((2, 'the line is longer than 16 MiB'),)")
    assert int(done.stdout.split()[-1]) < 300_000  # KiB
