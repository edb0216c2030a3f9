"""``watchword train``: seeds and labels in, a model folder out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from training.generate import LabelledPost
    from training.trainer import Trained

#: How much one of the owner's labels counts beside a synthetic post.
LABEL_WEIGHT = 4.0


def train_command(
    labels: Annotated[list[Path] | None, typer.Option(help="Labelled posts of your own; may be given again.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="The seeds; by default those that came with Watchword.")] = None,
    out: Annotated[Path, typer.Option(envvar="WATCHWORD_MODELS", help="The models folder.")] = Path("models"),
    *,
    promote_it: Annotated[
        bool, typer.Option("--promote", help="Use the new model from now on, unless it does worse than the one in use.")
    ] = False,
) -> None:
    """Train a model from the seeds, and from your labels, and write it as a new version."""
    from rich.console import Console

    from training.labelled import file_facts, read_all
    from training.publish import publish
    from training.seeds import default_seeds

    posts: list[LabelledPost] = []
    learnt = []
    for path in labels or ():
        rows = read_all(path, sys.stdin.buffer)
        posts += [row.as_post(LABEL_WEIGHT) for row in rows]
        learnt.append({**file_facts(path), "rows": len(rows)})
    console = Console(stderr=True, highlight=False)
    trained = _train(seeds or default_seeds(), posts, console)
    published = publish(trained, out, labels=learnt)
    typer.echo(published.path)
    if promote_it:
        from training.gate import promote_checked

        promote_checked(out, published.name)
        console.print(f"in use from now on: {published.name}")
    else:
        console.print(f"to use it: watchword models promote {published.name}")


def _train(seeds: Path, posts: list[LabelledPost], console: Console) -> Trained:
    """Train, showing each step."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from training.trainer import STEPS, train

    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("start", total=len(STEPS))

        def tick(step: str) -> None:
            progress.update(task, description=step, completed=STEPS.index(step))
            if not console.is_terminal:
                console.print(step)

        trained = train(seeds, posts, tick=tick)
        tick("publish")
    return trained
