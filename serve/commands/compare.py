"""``watchword compare``: two folders of scored posts side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def compare_command(
    old: Annotated[Path, typer.Argument(metavar="SCORED_OLD", help="A folder that `watchword rescore` wrote.")],
    new: Annotated[Path, typer.Argument(metavar="SCORED_NEW", help="The same archive, scored in another way.")],
    top: Annotated[int, typer.Option(min=0, help="How many of the largest movements to show.")] = 20,
    html: Annotated[Path | None, typer.Option(help="Write the comparison as a page, too.")] = None,
) -> None:
    """Say how many posts changed band, whose, and which words did it."""
    from classifier.durable import write_whole
    from serve.archive.compare import compare
    from serve.archive.comparison import page, show
    from serve.archive.scored import open_scored

    found = compare(open_scored(old), open_scored(new), top)
    show(found, Console())
    if html is not None:
        write_whole(html, page(found).encode())
