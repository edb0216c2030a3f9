"""``watchword score``: a file or standard input in, one result a post out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console

from classifier.batches import batched
from classifier.errors import PostError
from classifier.files import STANDARD_INPUT, read_posts, write_results
from classifier.model import DEFAULT_TERMS, Model, load
from classifier.terminal import print_results
from classifier.types import Post, Result

BATCH = 512
#: Rejects named one by one; the rest are counted.
NAMED_REJECTS = 20

ModelsFolder = Annotated[Path, typer.Option("--models", envvar="WATCHWORD_MODELS", help="The models folder.")]
ModelReference = Annotated[
    str | None, typer.Option("--model", metavar="REF", help="A version or its beginning; by default the one in use.")
]


def score(
    file: Annotated[
        str, typer.Argument(help=".jsonl, .csv or .parquet (.gz, .zst), or - for JSONL on standard input.")
    ] = "-",
    output: Annotated[Path | None, typer.Option(help="Write JSONL here.")] = None,
    terms: Annotated[int, typer.Option(min=0, help="Contributing stretches a post.")] = DEFAULT_TERMS,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Take every line as one post.")] = False,
) -> None:
    """Score posts: a table on a terminal, JSONL otherwise; exit status 1 if a post could not be read."""
    rejects = Rejects()
    loaded = load(models, model)
    scored = score_stream(loaded, rejects.pass_over(read_posts(file, sys.stdin.buffer, plain=plain)), terms)
    if output is not None:
        write_whole(output, (result for _, result in scored))
    elif sys.stdout.isatty():
        for batch in batched(scored, BATCH):
            print_results(batch, Console())
    else:
        write_results((result for _, result in scored), sys.stdout)
    rejects.report(STANDARD_INPUT if file == STANDARD_INPUT else file)
    if rejects.count:
        raise typer.Exit(1)


def score_stream(model: Model, posts: Iterator[Post], terms: int) -> Iterator[tuple[Post, Result]]:
    """Yield each post with its result, in order."""
    for batch in batched(posts, BATCH):
        yield from zip(batch, model.score_posts(batch, terms), strict=True)


def write_whole(path: Path, results: Iterator[Result]) -> None:
    """Write results beside the file and rename at the end, so that a broken run leaves no half of one."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as out:
            write_results(results, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class Rejects:
    """Rows that are no posts: counted, the first of them named on standard error, without text."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self.count = 0
        self._stream = stream or sys.stderr

    def pass_over(self, rows: Iterator[Post | PostError]) -> Iterator[Post]:
        """Yield the posts and keep count of the rest."""
        for row in rows:
            if isinstance(row, Post):
                yield row
            else:
                self.count += 1
                if self.count <= NAMED_REJECTS:
                    print(f"rejected {row}", file=self._stream)

    def report(self, source: str) -> None:
        """Say how many were rejected."""
        if self.count:
            print(f"{self.count} of the rows of {source} rejected; all others were scored", file=self._stream)
