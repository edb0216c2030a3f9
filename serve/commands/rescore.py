"""``watchword rescore``: an archive in, a folder of scored posts out."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from classifier.bundle import open_bundle
from classifier.commands.score import ModelReference, ModelsFolder
from classifier.errors import ArchiveError
from serve.archive.manifest import Manifest
from serve.archive.progress import under_review


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    RAY = "ray"


def rescore_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...", help="Files, folders and globs of .jsonl, .csv, .parquet; also s3:// addresses."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    model: ModelReference = None,
    terms: Annotated[int, typer.Option(min=0, help="Contributing stretches to keep for each post.")] = 0,
    engine: Annotated[EngineName, typer.Option(help="This machine's processors, or a Ray cluster.")] = EngineName.LOCAL,
    workers: Annotated[int | None, typer.Option(min=1, help="Chunks at once; by default one a processor.")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="The archive's name for a field.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="The Ray cluster's address; without it Ray runs on this machine.")
    ] = None,
    part_rows: Annotated[int, typer.Option(min=1, help="The most posts in a part.")] = 1 << 16,
    models: ModelsFolder = Path("models"),
    *,
    drop_text: Annotated[
        bool, typer.Option("--drop-text", help="Leave the posts' words out of what is written.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Remove an earlier run's output and begin anew.")] = False,
) -> None:
    """Score an archive of any size into Parquet; run it again to go on where it stopped."""
    from serve.archive.engines import Engine
    from serve.archive.engines.inline import InlineEngine
    from serve.archive.engines.local import LocalEngine
    from serve.archive.fields import parse_mapping
    from serve.archive.progress import Bar, Minutely
    from serve.archive.rescore import Options, rescore
    from serve.archive.sources import find_files

    if out.as_posix().startswith("s3:/"):
        msg = "--out must be a folder of this machine; upload it from there when the run is complete"
        raise ArchiveError(msg)
    options = Options(parse_mapping(mapping or []), terms, drop_text, part_rows)
    files = find_files(inputs, leave_out=out)
    bundle = open_bundle(models, model)
    chosen: Engine
    if engine is EngineName.RAY:
        from serve.archive.engines.ray import RayEngine

        chosen = RayEngine(workers, address)
    else:
        count = workers or len(os.sched_getaffinity(0))
        chosen = LocalEngine(count) if count > 1 else InlineEngine()
    console = Console(stderr=True)
    try:
        with Bar(console) if console.is_terminal else Minutely(sys.stderr) as progress:
            made = rescore(files, bundle, out, options, chosen, progress, restart=restart)
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on from here", file=sys.stderr)
        raise
    _summary(made, out, progress.tally.rate)
    if made.rejected or any(source.problem for source in made.inputs):
        raise typer.Exit(1)


def _summary(made: Manifest, out: Path, rate: float) -> None:
    """Say what was done: every row read is either scored or rejected."""
    read = made.scored + made.rejected
    print(f"{read:,} rows read: {made.scored:,} scored, {made.rejected:,} rejected ({rate:,.0f} posts/s)")
    bands: dict[str, int] = {}
    for part in made.parts:
        for band, count in part.bands.items():
            bands[band] = bands.get(band, 0) + count
    share = 100 * under_review(bands) / max(made.scored, 1)
    listed = ", ".join(f"{band} {count:,}" for band, count in sorted(bands.items())) or "none"
    print(f"bands: {listed}; {share:.2f} % under review; model {made.model}")
    for source in made.inputs:
        if source.problem:
            print(f"not read to its end: {source.problem}")
    rejecting = next((part for part in made.parts if part.rejected), None)
    if rejecting is not None:
        first = json.loads((out / rejecting.rejects_name).read_text(encoding="utf-8").partition("\n")[0])
        print(
            f"why rows were rejected: {out / 'rejects'}; the first is row {first['row']} of {first['file']}: {first['reason']}"
        )
    if rejecting is not None and not made.scored:
        print("no row is a post; if the columns have other names, say so with --map FIELD=COLUMN")
