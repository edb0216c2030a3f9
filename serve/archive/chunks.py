"""An input file cut into chunks, by one reader and in order, so that every engine is given the same ones.

A chunk holds rows as they lie in the file; making posts of them is a worker's task (`serve.archive.posts`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifier.errors import InputError
from serve.archive.sources import File, Unpacked

#: A chunk is closed at so many bytes even where it has fewer rows than asked for.
CHUNK_BYTES = 1 << 24
#: A longer line is a reject; one post is at most a few kilobytes.
LONGEST_LINE = 1 << 24
TOO_LONG = f"the line is longer than {LONGEST_LINE >> 20} MiB"
BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

#: A row of the file and why it is no post.
Reject = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of JSON, with their ends."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of a CSV file below its header."""

    header: tuple[str, ...]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a Parquet file, as an Arrow stream."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one file.

    Attributes
    ----------
    file, number
        Which file of the archive and which chunk of it, from 0.
    first_row
        The number of its first row in the file.
    content
        The rows.
    rejects
        Rows that could not even be cut out.
    position
        How far into the file's bytes the chunk reaches.
    """

    file: int
    number: int
    first_row: int
    content: Lines | Cells | Batch
    rejects: tuple[Reject, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A chunk before it has a number."""

    first_row: int
    content: Lines | Cells | Batch
    rejects: tuple[Reject, ...]
    position: int


def cut_lines(file: File, rows: int) -> Iterator[Cut]:
    """Cut a file of JSON lines.

    A line that is too long is left out, so that it never lies in memory as a whole; an empty line stands in its place.

    Raises
    ------
    InputError
        If the file breaks off; what was read before it has been given.
    """
    stream = file.unpacked()
    cutter = _LineCutter(rows)
    problem: InputError | None = None
    try:
        while True:
            try:
                piece = stream.read()
            except InputError as error:
                problem, piece = error, b""
            yield from cutter.feed(piece, stream.position)
            if not piece:
                break
    finally:
        stream.close()
    if problem is not None:
        raise problem


class _LineCutter:
    """Collects pieces until there are enough lines."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._held: list[bytes] = []  # whole lines
        self._bytes = self._lines = 0
        self._tail = b""  # the beginning of a line
        self._dropping = False
        self._first = 1
        self._rejects: list[Reject] = []

    def feed(self, piece: bytes, position: int) -> Iterator[Cut]:
        """Take a piece, an empty one at the end, and yield what is complete."""
        data = piece
        if self._dropping and piece:
            _, newline, data = piece.partition(b"\n")
            self._dropping = not newline
            yield from self._take(newline, position)
        if not piece:
            yield from self._take(self._tail, position)
            if self._held or self._rejects:
                yield from self._cut(position)
            return
        head, newline, tail = data.rpartition(b"\n")
        if not newline:
            self._tail += data
        else:
            whole, self._tail = self._tail + head + newline, tail
            yield from self._take(whole, position)
        if len(self._tail) > LONGEST_LINE:
            self._rejects.append((self._first + self._lines, TOO_LONG))
            self._tail, self._dropping = b"", True

    def _take(self, whole: bytes, position: int) -> Iterator[Cut]:
        """Add whole lines; yield a chunk whenever it is full."""
        while (count := whole.count(b"\n")) + self._lines >= self._rows:
            end = _end_of_line(whole, self._rows - self._lines)
            self._held.append(whole[:end])
            self._lines = self._rows
            yield from self._cut(position)
            whole = whole[end:]
        if whole:
            self._held.append(whole)
            self._lines += count
            self._bytes += len(whole)
            if self._bytes >= CHUNK_BYTES:
                yield from self._cut(position)

    def _cut(self, position: int) -> Iterator[Cut]:
        """Yield what is held as a chunk, unless all of it is blank."""
        data = b"".join(self._held)
        if self._rejects or not data.isspace():
            yield Cut(self._first, Lines(data), tuple(self._rejects), position)
        self._first += self._lines
        self._held, self._rejects, self._bytes, self._lines = [], [], 0, 0


def _end_of_line(data: bytes, number: int) -> int:
    """Return the place after the `number`-th line."""
    place = 0
    for _ in range(number):
        place = data.index(b"\n", place) + 1
    return place


def cut_cells(file: File, rows: int) -> Iterator[Cut]:
    """Cut a CSV file; its header is row 1.

    Raises
    ------
    InputError
        If it breaks off, or its quoting does; what was read before it has been given.
    """
    csv.field_size_limit(LONGEST_LINE)
    stream = file.unpacked()
    lines = _TextLines(stream)
    reader = csv.reader(lines)
    problem: InputError | None = None
    try:
        header = read_header(reader)
        if header is None:
            return
        first, held = 2, []
        while True:
            try:
                row = next(reader, None)
            except (csv.Error, InputError) as error:
                problem, row = _broken(file.name, lines.number, error), None
            if row:  # a blank line is no row
                held.append(row)
            if held and (row is None or len(held) == rows or lines.taken >= CHUNK_BYTES):
                yield Cut(first, Cells(header, held), (), stream.position)
                first += len(held)
                held, lines.taken = [], 0
            if row is None:
                break
    finally:
        stream.close()
    if problem is not None:
        raise problem


def _broken(name: str, line: int, error: Exception) -> InputError:
    if isinstance(error, InputError):
        return error
    return InputError(f"{name} breaks at line {line} ({error}); a quote may not be closed there or before it")


def read_header(reader: Iterator[list[str]]) -> tuple[str, ...] | None:
    """Return the first row that is not blank, or None where there is none."""
    header: Sequence[str] | None = next((row for row in reader if row), None)
    return None if header is None else tuple(header)


class _TextLines:
    """The lines of a stream as text, their ends kept; bytes that are not UTF-8 become lone surrogates."""

    def __init__(self, stream: Unpacked) -> None:
        self.number = self.taken = 0
        self._stream = stream
        self._lines = self._split()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.taken += len(line)
        return line.decode("utf-8-sig" if self.number == 1 else "utf-8", "surrogateescape")

    def _split(self) -> Iterator[bytes]:
        tail = b""
        while piece := self._stream.read():
            *lines, tail = (tail + piece).split(b"\n")
            yield from (line + b"\n" for line in lines)
            if len(tail) > LONGEST_LINE:
                msg = f"{self._stream.name} breaks at line {self.number + 1}: {TOO_LONG}; a quote may not be closed before it"
                raise InputError(msg)
        if tail:
            yield tail


def columns_of(file: File) -> tuple[str, ...] | None:
    """Return the header of a CSV file, or None where it is empty."""
    stream = file.unpacked()
    try:
        return read_header(csv.reader(_TextLines(stream)))
    except csv.Error as error:
        raise _broken(file.name, 1, error) from error
    finally:
        stream.close()


def check_encoding(file: File) -> str | None:
    """Return the encoding that a file's first bytes say it has, where that is not UTF-8."""
    stream = file.unpacked()
    try:
        return BOMS.get(stream.read()[:2])
    finally:
        stream.close()
