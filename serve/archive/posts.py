"""From the rows of a chunk to posts in columns of fixed types, and the rows that are none.

A chunk is read as a whole. Where that fails, it is read again row by row, so that only its bad rows are rejected; both ways
give the same posts.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from classifier.errors import PostError
from classifier.files import make_post
from serve.archive.chunks import LONGEST_LINE, Batch, Cells, Chunk, Lines, Reject
from serve.archive.fields import FIELDS
from serve.archive.schema import POST_SCHEMA

Record = dict[str, Any]
#: Field → column.
Mapped = Mapping[str, str]
#: What goes wrong where a chunk holds a row that is no post.
BAD = (ValueError, TypeError, AttributeError, KeyError, pa.ArrowException)
#: How orjson writes a number that it may have rounded.
ROUNDED = re.compile(rb"\d[eE][-+]?\d")


@dataclass(frozen=True, slots=True)
class Read:
    """The posts of a chunk, `POST_SCHEMA`, and the rows that are none, in order."""

    posts: pa.Table
    rejects: tuple[Reject, ...]


def read_chunk(chunk: Chunk, mapping: Mapped) -> Read:
    """Make posts of a chunk's rows.

    Parameters
    ----------
    chunk
        The rows.
    mapping
        The column of each field.
    """
    rejects: list[Reject] = []
    try:
        posts = read_whole(chunk, mapping)
    except BAD:
        posts, rejects = read_singly(chunk, mapping)
    return Read(posts, tuple(sorted((*chunk.rejects, *rejects))))


def read_whole(chunk: Chunk, mapping: Mapped) -> pa.Table:
    """Read a chunk as a whole; raise one of `BAD` if a row of it is no post."""
    content = chunk.content
    if isinstance(content, Batch):
        return _parquet_whole(_unpack(content), chunk.first_row, mapping)
    if isinstance(content, Cells):
        return _cells_whole(content, chunk.first_row, mapping)
    lines = _lines(content, chunk.first_row)
    if not lines[-1]:
        lines.pop()  # what follows the last line's end
    numbers: Sequence[int] = range(chunk.first_row, chunk.first_row + len(lines))
    if not all(lines) or any(map(bytes.isspace, lines)):
        numbers = [number for number, line in zip(numbers, lines, strict=True) if line and not line.isspace()]
        lines = [line for line in lines if line and not line.isspace()]
    records = list(map(orjson.loads, lines))
    columns = _columns(records, mapping)
    if not any(records):
        return _table(numbers, columns, None)
    extras = [orjson.dumps(record) if record else None for record in records]
    for place, extra in enumerate(extras):
        if extra and ROUNDED.search(extra):
            extras[place] = _extra(_without(_parse(lines[place]), mapping))
    return _table(numbers, columns, extras)


def read_singly(chunk: Chunk, mapping: Mapped) -> tuple[pa.Table, list[Reject]]:
    """Read a chunk row by row."""
    rows, make = _rows(chunk, mapping)
    numbers: list[int] = []
    posts: list[Record] = []
    extras: list[bytes | None] = []
    rejects: list[Reject] = []
    for number, row in enumerate(rows, chunk.first_row):
        if isinstance(row, bytes) and (not row or row.isspace()):
            continue
        try:
            record = make(row, number)
            post, extra = _check(record, number, mapping)
        except PostError as error:
            rejects.append((number, error.reason))
            continue
        numbers.append(number)
        posts.append(post)
        extras.append(extra)
    columns = {field: pa.array([post.get(field) for post in posts], pa.string()) for field in FIELDS}
    return _table(numbers, columns, extras), rejects


def _lines(content: Lines, first: int) -> list[bytes]:
    """Return the lines of a chunk; a byte order mark at a file's beginning is no part of one."""
    data = content.data.removeprefix(b"\xef\xbb\xbf") if first == 1 else content.data
    return data.split(b"\n")


def _rows(chunk: Chunk, mapping: Mapped) -> tuple[Sequence[Any], Callable[[Any, int], Record]]:
    """Return the rows of a chunk, and what makes a record of one or raises a `PostError`."""
    content = chunk.content
    if isinstance(content, Lines):
        return _lines(content, chunk.first_row), _line_record
    if isinstance(content, Cells):
        return content.rows, lambda row, number: _cells_record(content.header, row, number, mapping["text"])
    batch = _unpack(content)
    return range(batch.num_rows), lambda row, number: _parquet_record(batch, row, number, mapping)


def _check(record: Record, number: int, mapping: Mapped) -> tuple[Record, bytes | None]:
    """Return the fields of one post and the rest of its record."""
    post = {field: record[column] for field, column in mapping.items() if record.get(column) is not None}
    post = {field: _digits(value) if field != "text" else value for field, value in post.items()}
    made = make_post(post, number)
    if isinstance(made, PostError):
        hint = next((f for f in ("id", "text") if f not in post), None)
        reason = f"`{mapping[hint]}` is missing" if hint else made.reason
        raise PostError(number, reason)
    if len(made.text) > LONGEST_LINE // 4 and len(made.text.encode()) > LONGEST_LINE:
        raise PostError(number, f"the text is longer than {LONGEST_LINE >> 20} MiB")
    return post, _extra(_without(record, mapping))


def _without(record: Record, mapping: Mapped) -> Record:
    taken = set(mapping.values())
    return {name: value for name, value in record.items() if name not in taken}


def _digits(value: object) -> object:
    """Return a whole number as its digits: ids are often written so."""
    return str(value) if type(value) is int else value


def _columns(records: list[Record], mapping: Mapped) -> dict[str, pa.Array]:
    """Take the fields out of records, which then hold the rest."""
    wanted = list(mapping.values())
    columns = {}
    for field, column in mapping.items():
        take = dict.get if wanted.count(column) > 1 else dict.pop
        columns[field] = _strings([take(record, column, None) for record in records], field)
    for column in {column for column in wanted if wanted.count(column) > 1}:
        for record in records:
            record.pop(column, None)
    return columns


def _strings(values: list[Any], field: str) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (TypeError, pa.ArrowException):
        if field == "text":
            raise
        return pa.array([_digits(value) for value in values], pa.string())


def _table(numbers: Sequence[int], columns: Mapping[str, pa.Array], extras: Sequence[bytes | None] | None) -> pa.Table:
    """Return posts as a table; raise one of `BAD` if one lacks what it needs."""
    if columns["id"].null_count or columns["text"].null_count:
        raise ValueError("a post needs an id and a text")
    if (pc.max(pc.binary_length(columns["text"])).as_py() or 0) > LONGEST_LINE:
        raise ValueError("a text is too long")
    if extras is not None and any(extras):
        extra = pa.array(extras, pa.binary()).cast(pa.string())
    else:
        extra = pa.nulls(len(numbers), pa.string())
    arrays = [pa.array(numbers, pa.int64()), *(columns[field] for field in FIELDS), extra]
    return pa.Table.from_arrays(arrays, schema=POST_SCHEMA)


def _line_record(line: bytes, number: int) -> Record:
    try:
        record = _parse(line)
    except UnicodeDecodeError:
        raise PostError(number, "the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise PostError(number, "the line is not JSON") from None
    if not isinstance(record, dict):
        raise PostError(number, "a post is a JSON object")
    return record


def _parse(line: bytes) -> Any:  # noqa: ANN401 - JSON can be anything
    return json.loads(line.decode(), parse_constant=_refuse)


def _refuse(name: str) -> None:
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def _extra(record: Record) -> bytes | None:
    """Return what is left of a record as JSON, numbers of any size to the digit."""
    if not record:
        return None
    try:
        written = orjson.dumps(record, default=_written)
    except (TypeError, ValueError):  # whole numbers beyond 64 bits, lone surrogates
        return json.dumps(record, separators=(",", ":"), default=_written).encode()
    return written


def _written(value: object) -> str:
    """Write what JSON has no form for: bytes in base64, the rest as Python prints it."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _cells_whole(content: Cells, first: int, mapping: Mapped) -> pa.Table:
    header = content.header
    if any(len(row) != len(header) for row in content.rows):
        raise ValueError("a row has more or fewer cells than the header")
    cells = dict(zip(header, zip(*content.rows, strict=True), strict=True))
    if len(cells) != len(header):
        raise ValueError("two columns have one name")
    absent = [None] * len(content.rows)
    columns = {
        field: pa.array([c if c or field == "text" else None for c in cells.get(column, absent)], pa.string())
        for field, column in mapping.items()
    }
    rest = [name for name in header if name not in set(mapping.values())]
    extras: list[bytes | None] | None = None
    if rest:
        extras = [
            _extra({k: v for k, v in zip(rest, values, strict=True) if v})
            for values in zip(*(cells[name] for name in rest), strict=True)
        ]
    return _table(range(first, first + len(content.rows)), columns, extras)


def _cells_record(header: Sequence[str], row: list[str], number: int, text: str) -> Record:
    if len(row) > len(header):
        raise PostError(number, "the row has more cells than the header")
    return {name: cell for name, cell in zip(header, row, strict=False) if cell or name == text}


def _unpack(content: Batch) -> pa.RecordBatch:
    with pa.ipc.open_stream(content.data) as stream:
        return stream.read_all().combine_chunks().to_batches(max_chunksize=None)[0]


def _parquet_whole(batch: pa.RecordBatch, first: int, mapping: Mapped) -> pa.Table:
    batch.validate(full=True)
    names = batch.schema.names
    columns = {
        field: _as_strings(batch.column(column)) if column in names else pa.nulls(batch.num_rows, pa.string())
        for field, column in mapping.items()
    }
    rest = [name for name in names if name not in set(mapping.values())]
    extras: list[bytes | None] | None = None
    if rest:
        values = zip(*(_values(batch.column(name)) for name in rest), strict=True)
        extras = [_extra({k: v for k, v in zip(rest, row, strict=True) if v is not None}) for row in values]
    return _table(range(first, first + batch.num_rows), columns, extras)


def _as_strings(column: pa.Array) -> pa.Array:
    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
    if types.is_timestamp(kind) or types.is_date(kind):
        return pa.array([None if v is None else v.isoformat() for v in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _values(column: pa.Array) -> list[Any]:
    """Return a column's values; moments to the microsecond, which Python has; finer ones need pandas."""
    kind = column.type
    if types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return column.to_pylist()  # type: ignore[no-any-return]  # pyarrow is untyped


def _parquet_record(batch: pa.RecordBatch, row: int, number: int, mapping: Mapped) -> Record:
    """Return one row; where its bytes are not UTF-8, say so."""
    one = batch.slice(row, 1)
    record: Record = {}
    taken = set(mapping.values())
    try:
        for name, column in zip(batch.schema.names, one.columns, strict=True):
            record[name] = _as_strings(column)[0].as_py() if name in taken else _values(column)[0]
    except (UnicodeDecodeError, pa.ArrowException):
        raise PostError(number, f"`{name}` holds bytes that are not UTF-8") from None
    return {name: value for name, value in record.items() if value is not None}
