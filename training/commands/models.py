"""``watchword models promote | rollback``: moving the pointer to the version in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classifier.commands.score import ModelsFolder

Golden = Annotated[
    Path | None, typer.Option(envvar="WATCHWORD_GOLDEN", help="Labelled posts that a new version must not do worse on.")
]
SuiteFolder = Annotated[
    Path | None, typer.Option("--suite", metavar="DIR", help="The functional suite; by default the repository's.")
]
Margin = Annotated[float, typer.Option(min=0, max=1, help="How much worse a figure may be.")]
#: `training.gate.MARGIN`, which is not imported here to keep start-up short; a test compares them.
DEFAULT_MARGIN = 0.02


def promote(
    reference: Annotated[str, typer.Argument(metavar="REF", help="A version or its beginning.")],
    models: ModelsFolder = Path("models"),
    margin: Margin = DEFAULT_MARGIN,
    golden: Golden = None,
    suite: SuiteFolder = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Promote although the gate refuses; every result then says `forced`.")
    ] = False,
) -> None:
    """Use a version from now on, after checking its files and that it loses nowhere against the one in use."""
    from training.gate import Yardstick, promote_checked
    from training.suite import default_suite

    yardstick = Yardstick(margin, golden, suite or default_suite())
    promotion = promote_checked(models, reference, yardstick, force=force)
    for reason in promotion.reasons:
        typer.echo(f"forced although {reason}", err=True)
    typer.echo(f"in use from now on: {promotion.name}")


def rollback(models: ModelsFolder = Path("models")) -> None:
    """Go back to the version that was in use before."""
    from training import pointer

    typer.echo(f"in use again: {pointer.rollback(models)}")
