"""The record beside the parts: which model scored which inputs with which options, and what came out.

It holds nothing that differs between two runs over the same input: the time they took stands in a file of its own. The format
carries a number, `FORMAT`: it is raised when an older release could no longer read or go on with what a newer one writes.

::

    OUT/
      part-00000-000000.parquet   file 0, chunk 0; `serve.archive.schema` says what is in it
      rejects/_00000-000000.jsonl its rows that are no posts: file, row and reason, never text
      _manifest.json              this record; `complete` is false until the last part is in place
      _journal.jsonl              the parts so far, while a run is under way
      _timing.json                how long it took, on what

Names that begin with an underscore are passed over by whatever reads the folder as one table.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from classifier.errors import ArchiveError
from serve.archive.schema import SCHEMA_VERSION

FORMAT = 1
MANIFEST = "_manifest.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Attributes
    ----------
    name
        Its path as it was found.
    bytes, sha256
        Its size and digest.
    problem
        Why it was not read to its end, or None.
    """

    name: str
    bytes: int
    sha256: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk of the input, scored.

    Attributes
    ----------
    file, chunk
        Which input and which chunk of it, from 0.
    scored, rejected
        Its rows: both together are what was read.
    bands
        How many posts are in each band.
    sha256, rejects_sha256
        Digests of the two files; the second is None where nothing was rejected.
    """

    file: int
    chunk: int
    scored: int
    rejected: int
    bands: dict[str, int]
    sha256: str
    rejects_sha256: str | None = None

    @property
    def name(self) -> str:
        """The part's file."""
        return f"part-{self.file:05d}-{self.chunk:06d}.parquet"

    @property
    def rejects_name(self) -> str:
        """The file of its rejects."""
        return f"rejects/_{self.file:05d}-{self.chunk:06d}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder of scored posts was made from, and what is in it.

    Attributes
    ----------
    model, model_digest
        Version and digest of the model's own manifest.
    options
        The options that change what is written.
    inputs
        The files, in the order in which they were read.
    parts
        In input order; empty until the run is complete.
    complete
        Whether every part is in place.
    """

    model: str
    model_digest: str
    options: dict[str, Any]
    inputs: tuple[Source, ...]
    parts: tuple[Part, ...] = ()
    complete: bool = False
    format: int = FORMAT
    schema: int = field(default=SCHEMA_VERSION)

    @property
    def scored(self) -> int:
        """How many posts were scored."""
        return sum(part.scored for part in self.parts)

    @property
    def rejected(self) -> int:
        """How many rows were no posts."""
        return sum(part.rejected for part in self.parts)

    def finished(self, parts: tuple[Part, ...], inputs: tuple[Source, ...]) -> Manifest:
        """Return the record of the complete run."""
        return replace(self, parts=parts, inputs=inputs, complete=True)

    def to_json(self) -> str:
        """Return the file's content."""
        record = asdict(self)
        totals = {"read": self.scored + self.rejected, "scored": self.scored, "rejected": self.rejected}
        return json.dumps(record | {"totals": totals}, ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest | None:
    """Read a folder's manifest, or return None where it has none.

    Raises
    ------
    ArchiveError
        If it cannot be read or is a newer release's.
    """
    path = folder / MANIFEST
    try:
        record = json.loads(path.read_bytes())
        if int(record["format"]) > FORMAT or int(record["schema"]) > SCHEMA_VERSION:
            msg = f"{folder} was written by a newer release; upgrade watchword"
            raise ArchiveError(msg)
        del record["totals"]
        record["inputs"] = tuple(Source(**source) for source in record["inputs"])
        record["parts"] = tuple(Part(**part) for part in record["parts"])
        return Manifest(**record)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path} cannot be read; write the folder again with `watchword rescore --restart`"
        raise ArchiveError(msg) from error
