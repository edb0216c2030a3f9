from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.errors import ArchiveError
from serve.archive.manifest import MANIFEST, Manifest, Part, Source, read_manifest
from serve.archive.schema import SCORED_SCHEMA
from serve.archive.scored import open_scored

MADE = Manifest("m", "d", {"terms": 0}, (Source("a.jsonl", 1, "s"),))


def write(folder: Path, *, complete: bool = True) -> Path:
    part = Part(0, 0, 0, 0, {}, "x")
    pq.write_table(pa.Table.from_batches([], SCORED_SCHEMA), folder / part.name)
    made = MADE.finished((part,), MADE.inputs) if complete else MADE
    (folder / MANIFEST).write_text(made.to_json(), encoding="utf-8")
    return folder


def test_a_manifest_reads_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_manifest(tmp_path) == MADE.finished((Part(0, 0, 0, 0, {}, "x"),), MADE.inputs)
    assert read_manifest(tmp_path / "elsewhere") is None


def test_a_folder_gives_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    assert sum(b.num_rows for b in open_scored(write(tmp_path)).batches(["risk", "id"])) == 0


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / MANIFEST).unlink(), "no folder of scored posts"),
        (lambda folder: write(folder, complete=False), "not complete"),
        (lambda folder: (folder / MANIFEST).write_text("{"), "cannot be read"),
        (lambda folder: (folder / MANIFEST).write_text('{"format": 99, "schema": 1}'), "newer release"),
        (lambda folder: (folder / "part-00000-000000.parquet").write_text("no"), "cannot be read"),
    ],
)
def test_a_folder_that_cannot_be_read_says_what_to_do(tmp_path: Path, spoil: object, message: str) -> None:
    write(tmp_path)
    spoil(tmp_path)  # type: ignore[operator]  # a function
    with pytest.raises(ArchiveError, match=message):
        list(open_scored(tmp_path).batches())
