"""The parts so far: one line each, made durable before the next is counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier.durable import append_line
from serve.archive.manifest import Part

JOURNAL = "_journal.jsonl"
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class End:
    """A file has been cut to its end.

    Attributes
    ----------
    file
        Which one.
    chunks
        How many chunks it gave.
    problem
        Why it was not read to its end, or None.
    """

    file: int
    chunks: int
    problem: str | None = None


class Journal:
    """The journal of a folder.

    Parameters
    ----------
    folder
        The output folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL

    def add(self, entry: Part | End) -> None:
        """Write an entry and wait until the disk has it."""
        append_line(self.path, json.dumps({type(entry).__name__.lower(): asdict(entry)}))

    def read(self) -> Iterator[Part | End]:
        """Yield the entries; a line that a crash cut short is passed over, its part is made again."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                entry: dict[str, Any] = json.loads(line)
                if "part" in entry:
                    yield Part(**entry["part"])
                else:
                    yield End(**entry["end"])
            except (ValueError, KeyError, TypeError):
                continue


def is_whole(folder: Path, part: Part) -> bool:
    """Tell whether a part and its rejects are on the disk as they were written."""
    files = [(part.name, part.sha256), (part.rejects_name, part.rejects_sha256)]
    return all(_digest(folder / name) == digest for name, digest in files)


def _digest(path: Path) -> str | None:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
    except FileNotFoundError:
        return None
    return digest.hexdigest()
