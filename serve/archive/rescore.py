"""Scoring an archive: from input files to a folder of scored posts, gone on with after whatever stopped it."""

from __future__ import annotations

import json
import platform
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from classifier.bundle import Bundle
from classifier.compiled import is_compiled
from classifier.durable import locked, write_whole
from classifier.errors import ArchiveError, InputError
from classifier.warm import warm
from serve.archive.chunks import Chunk, Cut, check_encoding, columns_of, cut_cells, cut_lines
from serve.archive.engines import Engine
from serve.archive.fields import check_columns
from serve.archive.journal import JOURNAL, End, Journal, is_whole
from serve.archive.manifest import MANIFEST, Manifest, Part, Source, read_manifest
from serve.archive.parquet import check_schema, cut_batches
from serve.archive.parts import Job, cannot_write, digest_of
from serve.archive.sources import File

TIMING = "_timing.json"
REJECTS = "rejects"
PART_ROWS = 1 << 16
#: What a run leaves in its folder; nothing else is ever removed.
OURS = re.compile(
    r"part-\d{5}-\d{6}\.parquet|_manifest\.json|_journal\.jsonl|_timing\.json|\.lock|rejects|\.(part|_).*\.part"
)


class Progress(Protocol):
    """Watches a run."""

    def begin(self, total: int) -> None:
        """Say how many bytes there are to read."""

    def advance(self, size: int, part: Part, *, fresh: bool) -> None:
        """Say that a part that stands for `size` bytes of input is in place, made just now or before."""


class Silent:
    """Shows nothing."""

    def begin(self, total: int) -> None:
        """Show nothing."""

    def advance(self, size: int, part: Part, *, fresh: bool) -> None:
        """Show nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """What changes the output.

    Attributes
    ----------
    mapping
        The column of each field: `serve.archive.fields.parse_mapping`.
    terms
        How many contributing stretches to keep.
    drop_text
        Whether to leave the posts' words out.
    part_rows
        The most rows in a part.
    """

    mapping: dict[str, str]
    terms: int = 0
    drop_text: bool = False
    part_rows: int = PART_ROWS

    def recorded(self) -> dict[str, Any]:
        """Return them as the manifest keeps them, with the versions that shape the files."""
        shaping = {"terms": self.terms, "drop_text": self.drop_text, "part_rows": self.part_rows, "map": self.mapping}
        return shaping | {"watchword": version("watchword"), "pyarrow": pa.__version__}


def rescore(
    files: Sequence[File],
    bundle: Bundle,
    out: Path,
    options: Options,
    engine: Engine,
    progress: Progress | None = None,
    *,
    restart: bool = False,
) -> Manifest:
    """Score every post of the files into a folder, or go on with a run that was stopped.

    Parameters
    ----------
    files
        From `serve.archive.sources.find_files`.
    bundle
        The model.
    out
        The folder; made where it is missing.
    options
        What changes the output.
    engine
        Where the work is done.
    progress
        Who watches.
    restart
        Remove what an earlier run left, instead of going on with it.

    Returns
    -------
    Manifest
        Of the complete run.

    Raises
    ------
    InputError
        If a file lacks a column that is needed; nothing is written then.
    ArchiveError
        If the folder holds something else, another model's, input's or option's posts, or cannot be written.
    """
    for file in files:
        check(file, options.mapping)
    sources = tuple(Source(file.name, file.size, file.digest()) for file in files)
    recorded = options.recorded() | {"forced": bundle.forced}
    planned = Manifest(bundle.name, digest_of(bundle.path), recorded, sources)
    job = Job(
        str(bundle.path.resolve()), planned.model_digest, str(out.resolve()), options.mapping,
        options.terms, options.drop_text, tuple(file.name for file in files),
    )  # fmt: skip
    if not is_compiled():
        warm()  # once, here: every worker would otherwise do it for itself
    try:
        out.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(out)
        with locked(out, wait=False):
            return _Run(files, planned, out, options.part_rows, progress or Silent()).go(job, engine, restart=restart)
    except OSError as error:
        raise cannot_write(out, error) from error


def _refuse_foreign(out: Path) -> None:
    foreign = sorted(path.name for path in out.iterdir() if not OURS.fullmatch(path.name))
    if foreign and not (out / MANIFEST).exists():
        msg = f"{out} holds other files ({', '.join(foreign[:3])}); name an empty folder with --out"
        raise ArchiveError(msg)


def check(file: File, mapping: dict[str, str]) -> None:
    """Refuse a file that cannot hold posts as the options say; one that is broken is found when it is read.

    Raises
    ------
    InputError
        With what to do.
    """
    if not file.size:
        return
    if file.kind == "parquet":
        check_schema(file, mapping)
        return
    try:
        mark = check_encoding(file)
        columns = columns_of(file) if file.kind == "csv" and mark is None else None
    except InputError:
        return
    if mark is not None:
        msg = f"{file.name} is {mark}; convert it with `iconv -f {mark} -t UTF-8`"
        raise InputError(msg)
    if columns is not None:
        check_columns(file.name, columns, mapping)


@dataclass
class _Run:
    """One run over an archive."""

    files: Sequence[File]
    planned: Manifest
    out: Path
    part_rows: int
    progress: Progress
    parts: dict[tuple[int, int], Part] = field(default_factory=dict)
    ends: dict[int, End] = field(default_factory=dict)
    sizes: dict[tuple[int, int], int] = field(default_factory=dict)
    scored: int = 0

    def go(self, job: Job, engine: Engine, *, restart: bool) -> Manifest:
        before = self._earlier(restart=restart)
        self._sweep()
        if before is None:
            write_whole(self.out / MANIFEST, self.planned.to_json().encode())
            (self.out / REJECTS).mkdir(exist_ok=True)
        else:
            self._recall(before)
        began, kept = time.monotonic(), len(self.parts)
        self.progress.begin(sum(file.size for file in self.files))
        journal = Journal(self.out)
        done = engine.run(job, self._chunks(journal))
        try:
            for part in done:
                journal.add(part)
                self.parts[part.file, part.chunk] = part
                self.scored += part.scored
                self.progress.advance(self.sizes.pop((part.file, part.chunk)), part, fresh=True)
        finally:
            done.close()  # type: ignore[attr-defined]  # engines are generators
        self._sweep()
        return self._finish(engine, began, kept)

    def _earlier(self, *, restart: bool) -> Manifest | None:
        """Return what an earlier run left here, if this one may go on with it."""
        if restart:
            self._clear()
        before = read_manifest(self.out)
        if before is None:
            return None
        changes = list(_differences(before, self.planned))
        if changes:
            msg = (
                f"{self.out} was begun differently: {'; '.join(changes)}. "
                "Undo that to go on, choose another --out, or begin anew with --restart, which removes what is there"
            )
            raise ArchiveError(msg)
        return before

    def _clear(self) -> None:
        (self.out / MANIFEST).unlink(missing_ok=True)
        for path in self.out.iterdir():
            if path.name == REJECTS:
                shutil.rmtree(path)
            elif OURS.fullmatch(path.name) and path.name != ".lock":
                path.unlink()

    def _sweep(self) -> None:
        """Remove half-written files that a killed worker left."""
        for folder in (self.out, self.out / REJECTS):
            for path in folder.glob(".*.part") if folder.is_dir() else ():
                path.unlink(missing_ok=True)

    def _recall(self, before: Manifest) -> None:
        """Take over the parts that are in place, each after its digest is checked."""
        if before.complete:
            entries: list[Part | End] = [*before.parts]
            counts = dict.fromkeys(range(len(self.files)), 0)
            for part in before.parts:
                counts[part.file] += 1
            entries += [End(i, n, before.inputs[i].problem) for i, n in counts.items()]
        else:
            entries = list(Journal(self.out).read())
        for entry in entries:
            if isinstance(entry, End):
                self.ends[entry.file] = entry
            elif is_whole(self.out, entry):
                self.parts[entry.file, entry.chunk] = entry

    def _chunks(self, journal: Journal) -> Iterator[Chunk]:
        """Yield the chunks that have no part yet."""
        for number, file in enumerate(self.files):
            end = self.ends.get(number)
            if end is not None and all((number, chunk) in self.parts for chunk in range(end.chunks)):
                for chunk in range(end.chunks):
                    size = file.size // end.chunks + (chunk == 0) * (file.size % end.chunks)
                    self.progress.advance(size, self.parts[number, chunk], fresh=False)
                continue
            count, problem, place = 0, None, 0
            try:
                for count, cut in enumerate(_cut(file, self.part_rows), 1):
                    size, place = cut.position - place, cut.position
                    key = (number, count - 1)
                    if key in self.parts:
                        self.progress.advance(size, self.parts[key], fresh=False)
                        continue
                    self.sizes[key] = size
                    yield Chunk(number, count - 1, cut.first_row, cut.content, cut.rejects, cut.position)
            except InputError as error:
                problem = str(error)
            self.ends[number] = End(number, count, problem)
            journal.add(self.ends[number])

    def _finish(self, engine: Engine, began: float, kept: int) -> Manifest:
        parts = tuple(self.parts[key] for key in sorted(self.parts))
        inputs = tuple(
            replace(source, problem=self.ends[number].problem) for number, source in enumerate(self.planned.inputs)
        )
        made = self.planned.finished(parts, inputs)
        timing = {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began, 3),
            "parts_kept": kept,
            "parts_made": len(parts) - kept,
            "posts_scored": self.scored,
            "engine": type(engine).__name__,
            "workers": engine.workers,
            "machine": platform.machine(),
        }
        if len(parts) > kept or not (self.out / TIMING).exists():
            write_whole(self.out / TIMING, json.dumps(timing, indent=1).encode() + b"\n")
        write_whole(self.out / MANIFEST, made.to_json().encode())
        (self.out / JOURNAL).unlink(missing_ok=True)
        return made


def _cut(file: File, rows: int) -> Iterator[Cut]:
    if not file.size:
        return iter(())
    return {"jsonl": cut_lines, "csv": cut_cells, "parquet": cut_batches}[file.kind](file, rows)


def _differences(before: Manifest, now: Manifest) -> Iterator[str]:
    """Yield what is not as it was, in words."""
    if (before.model, before.model_digest) != (now.model, now.model_digest):
        yield f"the model was {before.model}, now it is {now.model}"
    for name in sorted(before.options.keys() | now.options.keys()):
        old, new = before.options.get(name), now.options.get(name)
        if old != new:
            yield f"{name} was {old}, now it is {new}"
    old_inputs = {source.name: source.sha256 for source in before.inputs}
    new_inputs = {source.name: source.sha256 for source in now.inputs}
    if list(old_inputs) != list(new_inputs):
        fresh, gone = sorted(new_inputs.keys() - old_inputs), sorted(old_inputs.keys() - new_inputs)
        words = [f"{x} is new" for x in fresh[:3]] + [f"{x} is gone" for x in gone[:3]]
        yield ", ".join(words) or "the inputs are in another order"
    changed = [name for name in old_inputs.keys() & new_inputs if old_inputs[name] != new_inputs[name]]
    yield from (f"{name} has changed" for name in sorted(changed)[:3])
