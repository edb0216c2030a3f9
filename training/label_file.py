"""Canonical label files: what `watchword labels` writes, and every tool here reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.durable import write_whole
from classifier.errors import InputError
from training.columns import FIELDS
from training.labelled import Labelled

SCHEMA = pa.schema(
    [
        (name, pa.list_(pa.string()) if name == "categories" else pa.int8() if name == "label" else pa.string())
        for name in FIELDS
    ]
)


def write_labels(path: Path, posts: Sequence[Labelled]) -> None:
    """Write posts as JSONL, CSV or Parquet, by the file's ending, whole or not at all.

    Raises
    ------
    InputError
        If the ending is another one, or the folder cannot be written to.
    """
    check_ending(path)
    try:
        write_whole(path, WRITERS[path.suffix.lower()]([post.to_record() for post in posts]))
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}); does its folder exist, and is there room?"
        raise InputError(msg) from error


def check_ending(path: Path) -> None:
    """Refuse a file of a kind that is not written.

    Raises
    ------
    InputError
        Naming the kinds.
    """
    if path.suffix.lower() not in WRITERS:
        msg = f"{path}: labels are written as {', '.join(WRITERS)}; give the file one of these endings"
        raise InputError(msg)


def _jsonl(records: list[dict[str, Any]]) -> bytes:
    kept = ({k: v for k, v in record.items() if v is not None} for record in records)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in kept).encode()


def _csv(records: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow(record | {"categories": ",".join(record["categories"] or ())})
    return out.getvalue().encode()


def _parquet(records: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records, SCHEMA), out, compression="zstd")
    return out.getvalue()


WRITERS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {".jsonl": _jsonl, ".csv": _csv, ".parquet": _parquet}
