"""A folder of scored posts, opened for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.errors import ArchiveError
from serve.archive.manifest import MANIFEST, Manifest, Part, read_manifest
from serve.archive.schema import SCORED_SCHEMA

#: Rows held in memory at once.
BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class Scored:
    """A complete folder of scored posts.

    Attributes
    ----------
    path
        The folder.
    manifest
        What it was made from.
    """

    path: Path
    manifest: Manifest

    @property
    def rows(self) -> int:
        """How many posts it holds."""
        return self.manifest.scored

    def batches(self, columns: Sequence[str] | None = None, size: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Yield the posts in input order.

        Parameters
        ----------
        columns
            Which columns of `serve.archive.schema.SCORED_SCHEMA`, in this order; None for all.
        size
            The most rows at once.

        Raises
        ------
        ArchiveError
            If a part is missing or broken.
        """
        names = SCORED_SCHEMA.names if columns is None else list(columns)
        for part in self.manifest.parts:
            with self._opened(part) as file:
                yield from (batch.select(names) for batch in file.iter_batches(size, columns=names))

    def part(self, part: Part, columns: Sequence[str]) -> pa.Table:
        """Return some columns of one part.

        Raises
        ------
        ArchiveError
            If it is missing or broken.
        """
        with self._opened(part) as file:
            return file.read(list(columns)).select(list(columns))

    @contextmanager
    def _opened(self, part: Part) -> Iterator[pq.ParquetFile]:
        path = self.path / part.name
        try:
            with pq.ParquetFile(path) as file:
                yield file
        except (OSError, KeyError, pa.ArrowException) as error:
            msg = f"{path} cannot be read; run the same `watchword rescore` again, which writes missing parts anew"
            raise ArchiveError(msg) from error


def open_scored(folder: str | Path) -> Scored:
    """Open a folder that `watchword rescore` wrote.

    Raises
    ------
    ArchiveError
        If it is none, or is not complete.
    """
    path = Path(folder)
    manifest = read_manifest(path)
    if manifest is None:
        msg = f"{path} is no folder of scored posts (it has no {MANIFEST}); write one with `watchword rescore`"
        raise ArchiveError(msg)
    if not manifest.complete:
        msg = f"{path} is not complete; run the same `watchword rescore` again, it goes on where it stopped"
        raise ArchiveError(msg)
    return Scored(path, manifest)
