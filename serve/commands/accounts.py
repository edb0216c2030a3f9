"""``watchword accounts``: a scored archive rolled up to accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classifier.bundle import open_bundle
from classifier.commands.score import ModelReference, ModelsFolder
from classifier.mirrors import Background, Key, create_key, read_key
from classifier.mirrors.clusters import COMMONPLACE

#: Accounts on the terminal.
SHOWN = 20


def accounts_command(  # noqa: PLR0913 - one parameter an option
    scored: Annotated[Path, typer.Argument(help="A folder that `watchword rescore` wrote.")],
    out: Annotated[Path, typer.Option("--out", help="The folder of the report.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The key of the pseudonyms; it is made where there is none.")
    ] = None,
    commonplace: Annotated[
        int, typer.Option(min=2, help="What more accounts than this share is no mirror.")
    ] = COMMONPLACE,
    shared: Annotated[int, typer.Option(min=1, help="So many contents in common tie two accounts together.")] = 2,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
    *,
    plain_ids: Annotated[bool, typer.Option("--plain-ids", help="Call accounts by their ids.")] = False,
    no_mirrors: Annotated[bool, typer.Option("--no-mirrors", help="Do not look for mirrored content.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Report accounts without a post under review too.")] = False,
) -> None:
    """Roll a scored archive up to accounts: what is under review, and who posts the same. Nobody is given a score."""
    from serve.accounts.report import Options, make_report, write_report
    from serve.archive.scored import open_scored

    if plain_ids == (key is not None):
        raise typer.BadParameter("give either --key FILE, for pseudonyms, or --plain-ids")
    folder = open_scored(scored)
    background = None if no_mirrors else Background.of(open_bundle(models, model).table())
    report = make_report(folder, Options(_key(key), background, commonplace, shared, every))
    write_report(report, out)
    table = Table(box=None)
    for heading, side in (("account", "left"), ("under review", "right"), ("95 %", "right"), ("mirrored", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]  # rich's literal
    for row in report.accounts[:SHOWN]:
        name = "".join(c if c.isprintable() else "·" for c in row["account"])
        between = f"{100 * row['share_low']:.0f} to {100 * row['share_high']:.0f} %"
        count = f"{row['under_review']} of {row['posts']}"
        table.add_row(Text(name), count, between, str(row["mirrored_posts"] or ""))
    console = Console(highlight=False)
    console.print(table)
    console.print(
        f"{len(report.accounts)} accounts, {len(report.networks)} groups that post the same, "
        f"{len(report.posts)} posts behind them: {out}/index.html",
        soft_wrap=True,
        markup=False,
    )
    console.print("Nothing here is confirmed by a person: read the posts.")


def _key(path: Path | None) -> Key | None:
    if path is None:
        return None
    return read_key(path) if path.exists() else create_key(path)
