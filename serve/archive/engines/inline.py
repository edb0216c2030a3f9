"""One chunk after the other in this process: the reference for the other engines, and enough for one core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from serve.archive.chunks import Chunk
from serve.archive.manifest import Part
from serve.archive.parts import Job, work


class InlineEngine:
    """Works in the calling process."""

    workers = 1

    def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
        """Yield the part of each chunk, in order."""
        for chunk in chunks:
            yield work(job, chunk)
