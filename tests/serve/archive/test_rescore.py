from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pytest

from classifier import Model, Post
from classifier.errors import ArchiveError, InputError
from serve.archive.schema import SCORED_SCHEMA
from serve.archive.scored import open_scored
from tests.classifier.test_columns import as_row
from tests.serve.archive.conftest import FORMATS, Run, contents, write

Rows = list[dict[str, Any]]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_results_of_one_post_at_a_time(
    run: Run, model: Model, posts: Rows, tmp_path: Path, ending: str
) -> None:
    made = run(write(tmp_path / f"a.{ending}", posts), terms=3)
    assert (made.scored, made.rejected) == (100, 0)
    (table,) = [pa.Table.from_batches(open_scored(tmp_path / "out").batches())]
    assert table.schema.equals(SCORED_SCHEMA)
    got = table.to_pylist()
    expected = model.score_posts([Post(p["id"], p["text"]) for p in posts], 3)
    for row, post, result in zip(got, posts, expected, strict=True):
        assert row.items() >= as_row(result).items()
        assert [row[k] for k in ("id", "text", "account")] == [post[k] for k in ("id", "text", "account")]
        assert (row["lang_declared"], row["created_at"]) == (post.get("lang"), post.get("created_at"))
        assert (row["created_utc"] is None) == ("created_at" not in post)
        assert json.loads(row["extra"]) == {"note": post["note"]}
    first = 2 if ending.startswith("csv") else 1
    assert [row["row"] for row in got] == list(range(first, first + 100))


def test_the_folder_reads_as_one_table(run: Run, posts: Rows, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("no json\n")
    run(write(tmp_path / "a.jsonl", posts), bad, terms=1)
    out = tmp_path / "out"
    assert (out / "rejects" / "_00001-000000.jsonl").exists()
    ids = [post["id"] for post in posts]
    frame = pd.read_parquet(out)
    assert sorted(frame["id"]) == sorted(ids)
    assert duckdb.read_parquet(f"{out}/*.parquet").order("source, row").project("id").fetchall() == [(i,) for i in ids]
    assert pa.dataset.dataset(out).schema.equals(SCORED_SCHEMA)


def test_a_folder_without_text_holds_no_words_of_a_post(run: Run, posts: Rows, tmp_path: Path) -> None:
    posts = [{k: v for k, v in post.items() if k != "note"} | {"text": f"{post['text']} zanzibar"} for post in posts]
    run(write(tmp_path / "a.jsonl", posts), terms=3, drop_text=True)
    assert not any(b"zanzibar" in data for data in contents(tmp_path / "out").values())
    for row in pa.Table.from_batches(open_scored(tmp_path / "out").batches()).to_pylist():
        assert row["text"] is None
        assert all(term["text"] is None and term["end"] > term["start"] for term in row["terms"])
        assert all(mention["text"] is None for mention in row["mentions"])


def test_a_complete_run_is_left_as_it_is_and_a_spoilt_part_is_made_again(run: Run, posts: Rows, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [*posts[:50], {"id": "x"}, *posts[50:]])
    assert run(path, terms=1).rejected == 1
    before = contents(tmp_path / "out")
    assert run(path, terms=1).scored == 100
    assert contents(tmp_path / "out") == before
    for name in [n for n in before if n.startswith(("part", "rejects"))]:
        (tmp_path / "out" / name).write_bytes(b"spoilt")
        run(path, terms=1)
        assert contents(tmp_path / "out") == before
        (tmp_path / "out" / name).unlink()
        run(path, terms=1)
        assert contents(tmp_path / "out") == before


def test_what_has_changed_is_refused_and_named(run: Run, posts: Rows, tmp_path: Path) -> None:
    path, other = write(tmp_path / "a.jsonl", posts), write(tmp_path / "b.jsonl", posts[:3])
    run(path)
    before = contents(tmp_path / "out")
    with pytest.raises(ArchiveError, match=r"terms was 0, now it is 2.*--restart"):
        run(path, terms=2)
    with pytest.raises(ArchiveError, match=r"b.jsonl is new"):
        run(path, other)
    path.write_bytes(path.read_bytes().replace(b"p99", b"q99"))
    with pytest.raises(ArchiveError, match=r"a.jsonl has changed"):
        run(path)
    assert contents(tmp_path / "out") == before
    made = run(path, terms=2, restart=True)
    assert (made.scored, made.options["terms"]) == (100, 2)
    names = [n for n in contents(tmp_path / "out") if n.startswith("part")]
    assert names == [part.name for part in made.parts]


def test_a_folder_with_other_files_is_never_touched(run: Run, posts: Rows, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("mine")
    with pytest.raises(ArchiveError, match=r"other files \(thesis.docx\)"):
        run(write(tmp_path / "a.jsonl", posts), restart=True)
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


def test_two_runs_do_not_write_one_folder(run: Run, posts: Rows, tmp_path: Path) -> None:
    from classifier.durable import locked

    with locked(tmp_path / "out"), pytest.raises(ArchiveError, match=r"another process is writing"):
        run(write(tmp_path / "a.jsonl", posts))


def test_what_is_written_is_not_read(run: Run, posts: Rows, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", posts)
    assert run(tmp_path, out=tmp_path / "scored").scored == 100
    assert run(tmp_path, out=tmp_path / "scored").scored == 100
    assert run(tmp_path / "**/*.parquet", out=tmp_path / "again").scored == 100
    assert run(tmp_path / "scored", out=tmp_path / "once more").scored == 100


def test_columns_are_mapped_and_whole_numbers_taken_for_ids(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"key": 2**63 + 5, "body": "Good morning", "text": 3, "user": 12}])
    assert run(path, mapping=["id=key", "text=body", "account=user"]).scored == 1
    (row,) = next(open_scored(tmp_path / "out").batches()).to_pylist()
    assert (row["id"], row["account"], row["text"]) == (str(2**63 + 5), "12", "Good morning")
    assert json.loads(row["extra"]) == {"text": 3}
    with pytest.raises(InputError, match=r"mapped twice"):
        run(path, mapping=["id=key", "id=user"])


def test_a_state_of_promotion_shows(run: Run, posts: Rows, tmp_path: Path) -> None:
    made = run(write(tmp_path / "a.jsonl", posts))
    assert made.options["forced"] is False
    assert made.model_digest == json.loads((tmp_path / "out" / "_manifest.json").read_text())["model_digest"]
