"""The input files: found from paths, folders, globs and ``s3://`` addresses, digested, and opened within limits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
from pyarrow import fs

from classifier.errors import InputError
from classifier.files import file_kind
from serve.archive.manifest import MANIFEST

KINDS = ("jsonl", "csv", "parquet")
PIECE = 1 << 20
#: So much is unpacked at once: where a file breaks off, no more than this is lost.
UNPACKED = 1 << 16
#: A compressed file may unpack to so many times its size, once past `BOMB_FROM` bytes; posts stay far below, even when repeated.
BOMB_RATIO, BOMB_FROM = 1000, 1 << 28
WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class File:
    """An input file.

    Attributes
    ----------
    name
        As it is shown and recorded: a path or an ``s3://`` address.
    system
        The file system that it is on.
    path
        Its path there.
    size
        In bytes.
    """

    name: str
    system: fs.FileSystem
    path: str
    size: int

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return file_kind(Path(self.path))

    @property
    def place(self) -> str:
        """What no other file has in common with it."""
        return self.name if self.name.startswith("s3://") else str(Path(self.path).resolve())

    def lies_in(self, folder: Path) -> bool:
        """Tell whether it is below a folder of this machine."""
        return folder.resolve() in Path(self.place).parents

    def open(self) -> pa.NativeFile:
        """Open it as it lies on the disk, to be read anywhere.

        Raises
        ------
        InputError
            If it is gone or may not be read.
        """
        try:
            return self.system.open_input_file(self.path)
        except OSError as error:
            msg = f"{self.name} cannot be opened ({_cause(error)})"
            raise InputError(msg) from error

    def unpacked(self) -> Unpacked:
        """Open it from its beginning, unpacked by its ending."""
        return Unpacked(self)

    def digest(self) -> str:
        """Return the SHA-256 of its bytes."""
        digest = hashlib.sha256()
        with self.open() as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()


class Unpacked:
    """A file's bytes in order, unpacked; a decompression bomb is refused."""

    def __init__(self, file: File) -> None:
        self.name = file.name
        self._raw = file.open()
        codec = {".gz": "gzip", ".zst": "zstd"}.get(Path(file.path).suffix.lower())
        self._stream: Any = pa.CompressedInputStream(self._raw, codec) if codec else self._raw
        self._given, self._most = 0, UNPACKED if codec else PIECE

    @property
    def position(self) -> int:
        """How many bytes of the file itself have been read."""
        return int(self._raw.tell())

    def read(self) -> bytes:
        """Return the next piece, empty at the end.

        Raises
        ------
        InputError
            If the file breaks off, is not what its name says, or unpacks to far more than posts do.
        """
        try:
            piece: bytes = self._stream.read(self._most)
            position = self.position
        except (OSError, pa.ArrowException) as error:
            msg = f"{self.name} cannot be read to its end ({_cause(error)}); is it complete and of the kind its name says?"
            raise InputError(msg) from error
        self._given += len(piece)
        if self._given > BOMB_FROM and self._given > BOMB_RATIO * position:
            msg = f"{self.name} unpacks to more than {BOMB_RATIO} times its size, as a decompression bomb does"
            raise InputError(msg)
        return piece

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()


def find_files(inputs: Sequence[str], leave_out: Path | None = None) -> list[File]:
    """Return the files that inputs name, in their order, each once; those of a folder or a glob sorted by path.

    Parameters
    ----------
    inputs
        Paths of files and folders, globs (``**`` crosses folders), and the same as ``s3://`` addresses.
    leave_out
        A folder whose files are none: what is written is not read.

    Raises
    ------
    InputError
        If one names nothing, or a file is of no kind that is read.
    """
    found: dict[str, File] = {}
    for name in inputs:
        files = [file for file in _find(name) if leave_out is None or not file.lies_in(leave_out)]
        if not files:
            msg = f"{name} holds no file of posts: no .jsonl, .csv or .parquet (.gz, .zst)"
            raise InputError(msg)
        for file in files:
            found.setdefault(file.place, file)
    return list(found.values())


def _find(name: str) -> Iterator[File]:
    scheme, system, path = _locate(name)
    try:
        info = system.get_file_info(path)
        if info.type == fs.FileType.File:
            if _kind(path) not in KINDS:
                msg = f"{name} is of no kind that is read: use .jsonl, .csv or .parquet (.gz, .zst)"
                raise InputError(msg)
            yield File(name, system, path, info.size)
        elif info.type == fs.FileType.Directory:
            yield from _listed(scheme, system, path, None)
        elif WILD.search(path):
            fixed = path[: WILD.search(path).start()].rpartition("/")[0]  # type: ignore[union-attr]  # it has just matched
            yield from _listed(scheme, system, fixed or ("/" if path.startswith("/") else "."), _pattern(path))
        else:
            msg = f"{name} does not exist"
            raise InputError(msg)
    except (OSError, pa.ArrowException) as error:
        msg = f"{name} cannot be looked up ({_cause(error)})"
        raise InputError(msg) from error


def _locate(name: str) -> tuple[str, fs.FileSystem, str]:
    """Return the prefix for names, the file system and the path on it."""
    if not name.startswith("s3://"):
        return "", fs.LocalFileSystem(), name.rstrip("/") or name
    bucket, _, rest = name.removeprefix("s3://").partition("/")
    try:
        system, _ = fs.FileSystem.from_uri(f"s3://{bucket}")
    except (OSError, ValueError) as error:
        msg = f"{name} cannot be reached ({_cause(error)})"
        raise InputError(msg) from error
    return "s3://", system, f"{bucket}/{rest}".rstrip("/")


def _listed(scheme: str, system: fs.FileSystem, folder: str, pattern: re.Pattern[str] | None) -> list[File]:
    """Return the files of posts below a folder; hidden ones, and folders of scored posts within it, are none."""
    infos = system.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    scored = {PurePosixPath(info.path).parent for info in infos if info.base_name == MANIFEST} - {PurePosixPath(folder)}
    infos = [info for info in infos if not scored.intersection(PurePosixPath(info.path).parents)]
    files = []
    for info in infos:
        path = info.path.removeprefix("./")
        below = PurePosixPath(info.path.removeprefix(folder)).parts
        wanted = pattern.fullmatch(path) if pattern else not any(part[0] in "._" for part in below)
        if info.type == fs.FileType.File and wanted and _kind(path) in KINDS:
            files.append(File(scheme + path, system, path, info.size))
    return sorted(files, key=lambda file: file.path)


def _kind(path: str) -> str | None:
    try:
        return file_kind(Path(path))
    except InputError:
        return None


def _pattern(glob: str) -> re.Pattern[str]:
    """Return a glob as a regular expression: ``*`` and ``?`` stay within a folder, ``**`` does not."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]*\])", glob.removeprefix("./"))
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    made = (
        known.get(p) or (p.replace("[!", "[^") if p.startswith("[") and p.endswith("]") else re.escape(p))
        for p in pieces
    )
    return re.compile("".join(made))


def _cause(error: BaseException) -> str:
    """Return an error's kind and what the system says of it, on one line."""
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    return f"{type(error).__name__}: {text[:200]}"
