"""``watchword train``: seeds and labels in, a model folder out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from training.labelled import read_all
from training.publish import promote, publish
from training.seeds import default_seeds
from training.trainer import STEPS, train

#: How much one of the owner's labels counts beside a synthetic post.
LABEL_WEIGHT = 4.0


def train_command(
    labels: Annotated[list[Path] | None, typer.Option(help="Labelled posts of your own; may be given again.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="The seeds; by default those that came with Watchword.")] = None,
    out: Annotated[Path, typer.Option(envvar="WATCHWORD_MODELS", help="The models folder.")] = Path("models"),
    *,
    promote_it: Annotated[bool, typer.Option("--promote", help="Use the new model from now on.")] = False,
) -> None:
    """Train a model from the seeds, and from your labels, and write it as a new version."""
    labelled = [row.as_post(LABEL_WEIGHT) for path in labels or () for row in read_all(path, sys.stdin.buffer)]
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("start", total=len(STEPS))

        def tick(step: str) -> None:
            progress.update(task, description=step, completed=STEPS.index(step))
            if not console.is_terminal:
                console.print(step)

        trained = train(seeds or default_seeds(), labelled, tick=tick)
        tick("publish")
        published = publish(trained, out)
        progress.update(task, description="done", completed=len(STEPS))
    typer.echo(published.path)
    if promote_it:
        promote(out, published.name)
        console.print(f"in use from now on: {published.name}", highlight=False)
    else:
        console.print(f"to use it: watchword models promote {published.name}", highlight=False)
