"""The work on one chunk, the same on every engine: read, score, write the part."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.bundle import MANIFEST as MODEL_MANIFEST
from classifier.columns import CATEGORY_COLUMNS, GROUND_COLUMNS, RESULT_SCHEMA, score_columns
from classifier.durable import write_whole
from classifier.errors import ArchiveError
from classifier.model import Model, load
from serve.archive.chunks import Chunk
from serve.archive.manifest import Part
from serve.archive.moments import moments
from serve.archive.posts import Read, read_chunk
from serve.archive.schema import SCORED_SCHEMA

COMPRESSION, LEVEL = "zstd", 1
#: Numbers that hardly ever repeat: a dictionary of them would be built in vain.
NO_DICTIONARY = {"id", "text", "url", "extra", "row", "risk", "logit", "rest", *CATEGORY_COLUMNS, *GROUND_COLUMNS}
DICTIONARIES = [
    "terms.list.element.text" if name == "terms" else name for name in SCORED_SCHEMA.names if name not in NO_DICTIONARY
]


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker must know.

    Attributes
    ----------
    model
        The model folder, at the same path wherever a worker runs.
    model_digest
        The digest of its manifest, checked by each worker.
    out
        The output folder, likewise.
    mapping
        The column of each field.
    terms
        How many contributing stretches to keep.
    drop_text
        Whether to leave the posts' words out.
    names
        The input files, by number.
    """

    model: str
    model_digest: str
    out: str
    mapping: Mapping[str, str]
    terms: int
    drop_text: bool
    names: tuple[str, ...]


def digest_of(model: Path) -> str:
    """Return the digest of a model folder's manifest, which holds those of its files."""
    return hashlib.sha256((model / MODEL_MANIFEST).read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def open_model(path: str, digest: str) -> Model:
    """Load the model of a job; a worker does it once.

    Raises
    ------
    ArchiveError
        If it is not the model that the run began with.
    """
    if digest_of(Path(path)) != digest:
        msg = (
            f"{path} has changed since the run began, or is another on this machine; every worker needs the same folder"
        )
        raise ArchiveError(msg)
    folder = Path(path)
    return load(folder.parent, path)


def work(job: Job, chunk: Chunk) -> Part:
    """Score one chunk and put its part in place.

    Raises
    ------
    ArchiveError
        If the disk is full, or the folder cannot be written.
    """
    model = open_model(job.model, job.model_digest)
    read = read_chunk(chunk, job.mapping)
    scored = score_chunk(model, job, chunk, read)
    sink = pa.BufferOutputStream()
    pq.write_table(
        scored, sink, compression=COMPRESSION, compression_level=LEVEL, use_dictionary=DICTIONARIES,
        row_group_size=max(scored.num_rows, 1), write_statistics=["created_utc", "risk", "row"],
    )  # fmt: skip
    data = sink.getvalue()
    rejects = "".join(
        json.dumps({"file": job.names[chunk.file], "row": row, "reason": reason}, ensure_ascii=False) + "\n"
        for row, reason in read.rejects
    ).encode()
    part = Part(
        chunk.file, chunk.number, scored.num_rows, len(read.rejects), _counts(scored),
        hashlib.sha256(data).hexdigest(), hashlib.sha256(rejects).hexdigest() if rejects else None,
    )  # fmt: skip
    try:
        if rejects:
            write_whole(Path(job.out, part.rejects_name), rejects)
        write_whole(Path(job.out, part.name), data)
    except OSError as error:
        raise cannot_write(job.out, error) from error
    return part


def cannot_write(out: str | Path, error: OSError) -> ArchiveError:
    """Return what to tell a user whose disk is full or whose folder refuses."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ArchiveError(
            f"no space is left for {out}; make room and run the same command again, it goes on from there"
        )
    return ArchiveError(
        f"{out} cannot be written ({os.strerror(error.errno or 0)}); mend it and run the same command again"
    )


def score_chunk(model: Model, job: Job, chunk: Chunk, read: Read) -> pa.Table:
    """Return a chunk's posts with their results, `SCORED_SCHEMA`."""
    posts = read.posts
    results = score_columns(model, posts.column("text").combine_chunks(), job.terms)
    columns = {name: results.column(name) for name in RESULT_SCHEMA.names}
    columns |= {name: posts.column(name) for name in ("row", "id", "account", "created_at", "url", "text", "extra")}
    columns["source"] = pa.repeat(pa.scalar(job.names[chunk.file], pa.string()), posts.num_rows)
    columns["lang_declared"] = posts.column("lang")
    columns["created_utc"] = moments(posts.column("created_at").combine_chunks())
    if job.drop_text:
        columns["text"] = pa.nulls(posts.num_rows, pa.string())
        columns |= {name: _without_text(columns[name]) for name in ("terms", "mentions")}
    return pa.Table.from_arrays([columns[name] for name in SCORED_SCHEMA.names], schema=SCORED_SCHEMA)


def _without_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return lists of stretches with their texts left out."""
    made = []
    for chunk in column.chunks:
        kind = chunk.type.value_type
        values = chunk.values
        arrays = [pa.nulls(len(values), f.type) if f.name == "text" else values.field(f.name) for f in kind]
        made.append(pa.ListArray.from_arrays(chunk.offsets, pa.StructArray.from_arrays(arrays, fields=list(kind))))
    return pa.chunked_array(made, column.type)


def _counts(scored: pa.Table) -> dict[str, int]:
    counted = {v["values"]: v["counts"] for v in scored.column("band").value_counts().to_pylist()}
    return dict(sorted(counted.items()))
