from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from classifier import Model
from serve.archive.engines import Engine
from serve.archive.engines.inline import InlineEngine
from serve.archive.fields import parse_mapping
from serve.archive.manifest import Manifest
from serve.archive.rescore import Options, rescore
from serve.archive.sources import find_files
from training.generate import generate
from training.seeds import Seeds

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

#: Named by a format's ending.
FORMATS = ("jsonl", "jsonl.gz", "jsonl.zst", "csv", "csv.gz", "parquet")
FIELDS = ("id", "text", "account", "lang", "created_at", "url")


def rows(seeds: Seeds, count: int) -> list[dict[str, Any]]:
    """Return posts with every field, some optional ones left out, and one column more."""
    texts = [post.text for post in generate(seeds, 11, 1)]
    made = []
    for i in range(count):
        row = {"id": f"p{i}", "text": texts[i * 37 % len(texts)], "account": f"a{i % 7}", "note": f"n{i}"}
        if i % 3:
            row |= {"created_at": f"2026-01-{1 + i % 28:02d}T10:00:00Z", "lang": "en"}
        made.append(row)
    return made


def write(path: Path, posts: list[dict[str, Any]]) -> Path:
    """Write posts in the format of a file's name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name.endswith("parquet"):
        pq.write_table(_table(posts), path)
        return path
    if ".csv" in path.name:
        sink = io.BytesIO()
        pa.csv.write_csv(_table(posts), sink)
        data = sink.getvalue()
    else:
        data = "".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    elif path.suffix == ".zst":
        data = pa.compress(data, codec="zstd", asbytes=True)
    path.write_bytes(data)
    return path


def _table(posts: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for post in posts for name in post))
    return pa.table({name: pa.array([post.get(name) for post in posts], pa.string()) for name in names})


@pytest.fixture
def posts(seeds: Seeds) -> list[dict[str, Any]]:
    """Return a hundred posts."""
    return rows(seeds, 100)


Run = Callable[..., Manifest]


@pytest.fixture
def run(model: Model, tmp_path: Path) -> Run:
    """Return what scores inputs into ``tmp_path/out`` with the small model."""

    def scored(
        *inputs: Path | str,
        out: Path | None = None,
        engine: Engine | None = None,
        restart: bool = False,
        **options: Any,  # noqa: ANN401 - the fields of `Options`
    ) -> Manifest:
        folder = out or tmp_path / "out"
        options["mapping"] = parse_mapping(options.pop("mapping", ()))
        return rescore(
            find_files([str(path) for path in inputs], leave_out=folder),
            model.bundle,
            folder,
            Options(**{"part_rows": 16} | options),
            engine or InlineEngine(),
            restart=restart,
        )

    return scored


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a scored folder that two runs must have in common."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"_timing.json", ".lock"}
    }
