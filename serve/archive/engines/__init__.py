"""Engines: where the chunks of an archive are worked on. Each gives the same parts, byte for byte.

An engine takes chunks only as fast as it works, so that memory stays flat, and gives parts in whatever order they are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from serve.archive.chunks import Chunk
from serve.archive.manifest import Part
from serve.archive.parts import Job


class Engine(Protocol):
    """Works on chunks."""

    @property
    def workers(self) -> int:
        """How many chunks are worked on at once."""
        ...

    def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
        """Yield the part of each chunk once it is in place.

        Closing the iterator stops the engine: chunks being worked on are finished or given up, none is begun.

        Raises
        ------
        ArchiveError
            If a part cannot be made.
        """
        ...
