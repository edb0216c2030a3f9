"""Files of posts in, files of results out; one reader a format, all giving the same posts.

A reader yields a `Post` or a `PostError` for each row, so that one bad line never costs the rest of a file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.errors import InputError, PostError
from classifier.types import Post, Result

OPTIONAL = ("account", "lang", "created_at", "url")
STANDARD_INPUT = "-"
#: A longer line is a reject; one post is at most a few kilobytes.
LONGEST_LINE = 1 << 24

Record = dict[str, Any]
#: A numbered row: its fields, or why it has none.
Row = tuple[int, Record | PostError]


def read_posts(source: str, stdin: IO[bytes], *, plain: bool = False) -> Iterator[Post | PostError]:
    """Read posts from a file or from standard input.

    Parameters
    ----------
    source
        A path ending in .jsonl, .csv or .parquet (the first two also with .gz or .zst), or ``-``.
    stdin
        What ``-`` reads.
    plain
        Take every line as one post instead.

    Raises
    ------
    InputError
        If the file is missing, of an unknown kind or broken as a whole.
    """
    for number, record in read_records(source, stdin, plain=plain):
        yield record if isinstance(record, PostError) else make_post(record, number)


def read_records(source: str, stdin: IO[bytes], *, plain: bool = False, text: str = "text") -> Iterator[Row]:
    """Read the rows of a file as they are, numbered from 1.

    Parameters and errors are those of `read_posts`; `text` is the column that a CSV or Parquet file must have.
    """
    try:
        if source == STANDARD_INPUT:
            yield from (_plain if plain else _jsonl)(stdin)
            return
        path = Path(source)
        if plain:
            with _open(path) as stream:
                yield from _plain(stream)
        elif (kind := file_kind(path)) == "parquet":
            yield from _parquet(path, text)
        else:
            with _open(path) as stream:
                yield from _csv(stream, text) if kind == "csv" else READERS[kind](stream)
    except FileNotFoundError as error:
        msg = f"{source} does not exist"
        raise InputError(msg) from error
    except (OSError, EOFError, pa.ArrowException) as error:
        msg = (
            f"{source} cannot be read to its end: {type(error).__name__}; is it complete and of the kind its name says?"
        )
        raise InputError(msg) from error


def file_kind(path: Path) -> str:
    """Return the kind of a file by its name: jsonl, csv, parquet or plain.

    Raises
    ------
    InputError
        If it is of none.
    """
    suffixes = [s.lower() for s in path.suffixes]
    while suffixes and suffixes[-1] in {".gz", ".zst"}:
        suffixes.pop()
    last = suffixes[-1] if suffixes else ""
    kinds = {
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
        ".csv": "csv",
        ".parquet": "parquet",
        ".txt": "plain",
    }
    if last not in kinds:
        msg = f"{path} is of no kind that is read: use .jsonl, .csv or .parquet (.gz, .zst), or --plain for one post a line"
        raise InputError(msg)
    return kinds[last]


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked by its ending."""
    if path.suffix.lower() == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield unpacked  # type: ignore[misc]  # GzipFile is a byte stream
    elif path.suffix.lower() == ".zst":
        with path.open("rb") as raw, pa.CompressedInputStream(raw, "zstd") as stream:
            yield io.BufferedReader(stream)
    else:
        with path.open("rb") as stream:
            yield stream


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines without their end; None for one that is too long."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line.rstrip(b"\r\n")


def _plain(stream: IO[bytes]) -> Iterator[Row]:
    for number, line in _lines(stream):
        text = _decode(line, number)
        yield number, text if isinstance(text, PostError) else {"id": str(number), "text": text}


def _decode(line: bytes | None, number: int) -> str | PostError:
    if line is None:
        return PostError(number, f"the line is longer than {LONGEST_LINE >> 20} MiB")
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return PostError(number, "the line is not UTF-8")


def _jsonl(stream: IO[bytes]) -> Iterator[Row]:
    for number, line in _lines(stream):
        text = _decode(line, number)
        if isinstance(text, PostError) or text.strip():
            yield number, text if isinstance(text, PostError) else _parse(text, number)


def _parse(text: str, number: int) -> Record | PostError:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return PostError(number, "the line is not JSON")
    return record if isinstance(record, dict) else PostError(number, "a post is a JSON object")


def _csv(stream: IO[bytes], column: str) -> Iterator[Row]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.DictReader(text)
    if rows.fieldnames is None or column not in rows.fieldnames:
        msg = f"the CSV file needs a header row with a column `{column}`"
        raise InputError(msg)
    try:
        for number, record in enumerate(rows, 2):
            if None in record:
                yield number, PostError(number, "the row has more cells than the header")
            else:
                yield number, {k: v for k, v in record.items() if v is not None and (v or k == column)}
    except csv.Error as error:
        msg = f"the CSV file breaks at line {rows.line_num}: {error}"
        raise InputError(msg) from error
    finally:
        text.detach()


def _parquet(path: Path, column: str) -> Iterator[Row]:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        if column not in names:
            msg = f"{path} needs a column `{column}`; it has {', '.join(names) or 'none'}"
            raise InputError(msg)
        number = 0
        for batch in file.iter_batches(batch_size=4096):
            for record in batch.to_pylist():
                number += 1
                yield number, {k: v for k, v in record.items() if v is not None}


READERS: dict[str, Callable[[IO[bytes]], Iterator[Row]]] = {"jsonl": _jsonl, "plain": _plain}


def make_post(record: Record, number: int) -> Post | PostError:
    """Check one record; unknown fields are left alone.

    Returns
    -------
    Post or PostError
        The error names the field and what it must be, never the text.
    """
    for field in ("id", "text"):
        if field not in record:
            return PostError(number, f"`{field}` is missing")
    for field in ("id", "text", *OPTIONAL):
        value = record.get(field)
        if value is None and field in OPTIONAL:
            continue
        if not isinstance(value, str):
            return PostError(number, f"`{field}` must be a string")
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            return PostError(number, f"`{field}` holds a lone surrogate or bytes that are not UTF-8")
    return Post(record["id"], record["text"], *(record.get(f) for f in OPTIONAL))


def write_results(results: Iterable[Result], out: IO[str]) -> None:
    """Write results as JSONL, one a line."""
    for result in results:
        out.write(json.dumps(result.to_dict(), ensure_ascii=False) + "\n")
