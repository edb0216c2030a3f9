"""Results as a table on a terminal, reasons coloured in the text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classifier.types import Post, Result

STYLE_OF_BAND = {"pass": "green", "review": "bold yellow", "flag": "bold red", "unknown": "cyan"}
SPEAKS_FOR, SPEAKS_AGAINST, MASKED = "bold red", "green", "dim underline"
STRONGEST = 3


def highlight(post: Post, result: Result) -> Text:
    """Return the post with its reasons coloured: red speaks for harm, green against it, masked words are underlined.

    Control characters are shown as `·`, so that a post cannot write to the terminal.
    """
    text = Text("".join(c if c.isprintable() else "·" for c in post.text))
    for mention in result.mentions:
        text.stylize(MASKED, mention.start, mention.end)
    for term in result.terms:
        text.stylize(SPEAKS_FOR if term.weight > 0 else SPEAKS_AGAINST, term.start, term.end)
    return text


def print_results(pairs: Iterable[tuple[Post, Result]], console: Console) -> None:
    """Print posts with their bands; a model as shipped shows no digits, because none is promised."""
    table = Table(show_lines=True, expand=True)
    for heading, options in (("id", 1), ("band", 1), ("categories", 2), ("post", 6)):
        table.add_column(heading, ratio=options, overflow="fold")
    for post, result in pairs:
        band = Text(result.band, STYLE_OF_BAND[result.band])
        if result.basis != "synthetic":
            band.append(f"\n{result.risk:.2f}")
        if result.urgency.tier != "T3":
            band.append(f"\n{result.urgency.tier}", "bold")
        strongest = sorted(result.categories.items(), key=lambda pair: -pair[1])[:STRONGEST]
        shown = "" if result.band in {"pass", "unknown"} else "\n".join(name for name, _ in strongest)
        table.add_row(post.id, band, shown, highlight(post, result))
    console.print(table)
