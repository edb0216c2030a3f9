"""A Parquet file cut into chunks, and refused where it would unpack to far more than its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from classifier.errors import InputError
from serve.archive.chunks import CHUNK_BYTES, Batch, Cut
from serve.archive.fields import FIELDS, check_columns
from serve.archive.sources import BOMB_FROM, BOMB_RATIO, File

#: Rows decoded at once, at most; fewer where a dictionary holds long values, so that decoding takes no more than `ROOM` bytes.
MOST_ROWS, ROOM = 4096, 1 << 28
#: More rows than this and `ROWS_A_BYTE` times the bytes are no archive of posts.
FREE_ROWS, ROWS_A_BYTE = 1_000_000, 8
#: A larger dictionary page is refused; writers stop at one or a few MiB.
LARGEST_DICTIONARY = 1 << 26
HEADER_BYTES = 32


@contextmanager
def _opened(file: File) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; whatever goes wrong with it is an `InputError`."""
    try:
        with file.open() as raw, pq.ParquetFile(raw, pre_buffer=False) as opened:
            yield opened
    except (OSError, ValueError, pa.ArrowException) as error:
        text = " ".join(str(error).split())[:200]
        msg = f"{file.name} cannot be read as Parquet ({text}); is it complete?"
        raise InputError(msg) from error


def check_schema(file: File, mapping: Mapping[str, str]) -> None:
    """Refuse a file whose columns cannot be read as posts.

    Raises
    ------
    InputError
        With the columns it has, or the one whose type is wrong; where the file is no Parquet file, `cut_batches` says so.
    """
    try:
        with _opened(file) as opened:
            schema = opened.schema_arrow
    except InputError:
        return
    check_columns(file.name, schema.names, mapping)
    for field in FIELDS:
        place = schema.get_field_index(mapping[field])
        if place >= 0 and not readable(field, schema.field(place).type):
            msg = (
                f"{file.name}: the column `{mapping[field]}` is {str(schema.field(place).type)[:80]}, not a string; "
                f"name another with --map {field}=COLUMN, or write it as a column of strings"
            )
            raise InputError(msg)


def readable(field: str, kind: pa.DataType) -> bool:
    """Tell whether a column of a type can be read as a field: strings, bytes, whole numbers save for text, moments."""
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        return True
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return True
    if field == "created_at" and (types.is_timestamp(kind) or types.is_date(kind)):
        return True
    return field != "text" and types.is_integer(kind)


def cut_batches(file: File, rows: int) -> Iterator[Cut]:
    """Cut a Parquet file.

    Raises
    ------
    InputError
        If it is none, breaks off, or would unpack to far more than posts do; what was read before has been given.
    """
    with _opened(file) as opened:
        most = _rows_at_once(file, opened)
        total = max(opened.metadata.num_rows, 1)
        first, count, size = 1, 0, 0
        held: list[pa.RecordBatch] = []
        for batch in opened.iter_batches(min(most, rows), use_threads=False):
            for piece in _pieces(batch, rows - count, rows):
                if held and (count + piece.num_rows > rows or size + piece.nbytes > CHUNK_BYTES):
                    first += count
                    yield Cut(first - count, Batch(_packed(held)), (), file.size * (first - 1) // total)
                    held, count, size = [], 0, 0
                held.append(piece)
                count += piece.num_rows
                size += piece.nbytes
        if held:
            yield Cut(first, Batch(_packed(held)), (), file.size)


def _pieces(batch: pa.RecordBatch, room: int, rows: int) -> Iterator[pa.RecordBatch]:
    """Split a batch where a chunk has room for no more rows, then halve what is large until it is one row."""
    if 0 < room < batch.num_rows:
        yield from _pieces(batch.slice(0, room), 0, rows)
        yield from _pieces(batch.slice(room), rows, rows)
    elif batch.num_rows > 1 and batch.nbytes > CHUNK_BYTES // 8:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half), 0, rows)
        yield from _pieces(batch.slice(half), 0, rows)
    else:
        yield batch


def _packed(batches: list[pa.RecordBatch]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]  # pyarrow is untyped


def _rows_at_once(file: File, opened: pq.ParquetFile) -> int:
    """Return how many rows can be decoded at once, or refuse the file."""
    metadata = opened.metadata
    if metadata.num_rows > FREE_ROWS + ROWS_A_BYTE * file.size:
        msg = f"{file.name} says it has {metadata.num_rows} rows in {file.size} bytes, as a decompression bomb does"
        raise InputError(msg)
    largest = 0
    with file.open() as raw:
        for group in range(metadata.num_row_groups):
            for column in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(column)
                unpacked = chunk.total_uncompressed_size
                if unpacked > BOMB_FROM and unpacked > BOMB_RATIO * max(chunk.total_compressed_size, 1):
                    msg = f"{file.name} unpacks to more than {BOMB_RATIO} times its size, as a decompression bomb does"
                    raise InputError(msg)
                if chunk.has_dictionary_page and chunk.dictionary_page_offset:
                    raw.seek(chunk.dictionary_page_offset)
                    largest = max(largest, _page_size(raw.read(HEADER_BYTES)))
    if largest > LARGEST_DICTIONARY:
        msg = f"{file.name} holds a dictionary of {largest >> 20} MiB, as a decompression bomb does; write it with smaller ones"
        raise InputError(msg)
    return max(1, min(MOST_ROWS, ROOM // max(largest, 1)))


def _page_size(header: bytes) -> int:
    """Return the unpacked size that a page's header gives: its second number, in Thrift's compact protocol."""
    place = 0
    for _ in range(2):
        value = shift = 0
        place += 1  # the field's number and type
        while place < len(header):
            byte = header[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the last byte of a number has no high bit
                break
    return value >> 1
