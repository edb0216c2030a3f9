"""``watchword models promote | rollback``: moving the pointer to the version in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classifier.commands.score import ModelsFolder
from training import publish


def promote(
    reference: Annotated[str, typer.Argument(metavar="REF", help="A version or its beginning.")],
    models: ModelsFolder = Path("models"),
) -> None:
    """Use a version from now on, after checking its files."""
    typer.echo(f"in use from now on: {publish.promote(models, reference)}")


def rollback(models: ModelsFolder = Path("models")) -> None:
    """Go back to the version that was in use before."""
    typer.echo(f"in use again: {publish.rollback(models)}")
