"""Writing files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from classifier.errors import ArchiveError

LOCK = ".lock"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, make it durable, and rename it; whoever reads sees all of it or none."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_synced(draft, data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def append_line(path: Path, line: str) -> None:
    """Add a line to a log and wait until the disk has it; a half line left by a crash is closed first."""
    with path.open("a+b") as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            line = line if out.read(1) == b"\n" else "\n" + line
        out.write(line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the one lock for writing in a folder; a killed process lets go of it.

    Raises
    ------
    ArchiveError
        If another process holds it and `wait` is false.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"another process is writing {folder}; wait for it to end, or stop it"
            raise ArchiveError(msg) from error
        yield
