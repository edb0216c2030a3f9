"""A comparison for people: tables on a terminal, and one HTML page that needs nothing else.

Risks are not shown: a score is no probability that a model as shipped promises. Bands are, and by how much the logit moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classifier.decide import BANDS
from classifier.terminal import STYLE_OF_BAND
from serve.archive.compare import Change, Comparison, Movement, TermChange
from serve.archive.progress import SHOWN

NOTE = "Nothing here is confirmed by a person. A change of band is a change of opinion in the model, not of the post."
#: Accounts listed.
ACCOUNTS = 20
GROUPS = (("by_category", "category"), ("by_lang", "language"), ("by_account", "account"))


def printable(text: str) -> str:
    """Return a text that cannot write to a terminal: control characters are shown as ``·``."""
    return "".join(c if c.isprintable() else "·" for c in text)


def tables(found: Comparison) -> list[dict[str, Any]]:
    """Return the counts as tables: a title, a heading and rows of cells."""
    old_bands = [band for band in BANDS if any(old == band for old, _ in found.bands)]
    new_bands = [band for band in BANDS if any(new == band for _, new in found.bands)]
    rows = [[old, *(f"{found.bands.get((old, new), 0):,}" for new in new_bands)] for old in old_bands]
    made: list[dict[str, Any]] = [{"title": "Posts by old band and new", "heading": ["", *new_bands], "rows": rows}]
    for name, label in GROUPS:
        counts: Mapping[str, Counter[Change]] = getattr(found, name)
        ranked = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
        title = f"Changed band, by {label}"
        if len(ranked) > ACCOUNTS:
            title += f" (the first {ACCOUNTS} of {len(ranked):,})"
        lines = [[printable(key), f"{count.total():,}", *_into_and_out(count)] for key, count in ranked[:ACCOUNTS]]
        made.append({"title": title, "heading": [label, "changed", "into review", "out of review"], "rows": lines})
    return made


def _into_and_out(count: Counter[Change]) -> tuple[str, str]:
    into = sum(n for (old, new), n in count.items() if old not in SHOWN and new in SHOWN)
    out = sum(n for (old, new), n in count.items() if old in SHOWN and new not in SHOWN)
    return f"{into:,}", f"{out:,}"


def term_words(term: TermChange) -> str:
    """Return a change of a weight in words: ``“…” +1.20 (−0.30 → +0.90)``."""
    old, new = ("absent" if weight is None else f"{weight:+.2f}" for weight in (term.old, term.new))
    return f"“{printable(term.text)}” {term.change:+.2f} ({old} → {new})"


def movement_cells(movement: Movement) -> dict[str, Any]:
    """Return what is shown of a movement."""
    return {
        "id": printable(movement.id),
        "account": printable(movement.account or ""),
        "old": movement.bands[0],
        "new": movement.bands[1],
        "moved": f"{movement.logits[1] - movement.logits[0]:+.2f}",
        "terms": [term_words(term) for term in movement.terms],
    }


def summary(found: Comparison) -> list[str]:
    """Return the comparison in a few sentences."""
    share = 100 * found.changed / found.matched
    lines = [f"{found.matched:,} posts in both; {found.changed:,} changed band ({share:.2f} %)."]
    if found.only_old or found.only_new:
        lines.append(f"{found.only_old:,} only in the old folder, {found.only_new:,} only in the new one.")
    if found.repeated:
        lines.append(f"{found.repeated:,} posts repeat an id; they are matched in the order in which they come.")
    if not found.with_terms:
        lines.append("Which words did it is known only where both folders keep terms: `watchword rescore --terms 3`.")
    return lines


def show(found: Comparison, console: Console) -> None:
    """Print a comparison."""
    console.print(f"old: {found.models[0]}\nnew: {found.models[1]}", markup=False, highlight=False)
    for line in summary(found):
        console.print(line, markup=False, highlight=False)
    for table in tables(found):
        if table["rows"]:
            shown = Table(title=table["title"], title_justify="left")
            for place, heading in enumerate(table["heading"]):
                shown.add_column(heading, justify="right" if place else "left", overflow="fold")
            for row in table["rows"]:
                shown.add_row(*(Text(cell) for cell in row))
            console.print(shown)
    shown = Table(title="Largest movements", title_justify="left", expand=True)
    for heading, ratio in (
        ("post", 2),
        ("account", 2),
        ("band", 2),
        ("logit moved by", 1),
        ("the words that did it", 6),
    ):
        shown.add_column(heading, ratio=ratio, overflow="fold")
    for movement in found.movements:
        cells = movement_cells(movement)
        bands = Text.assemble(
            (cells["old"], STYLE_OF_BAND[cells["old"]]), " → ", (cells["new"], STYLE_OF_BAND[cells["new"]])
        )
        words = Text("\n".join(cells["terms"]))
        shown.add_row(Text(cells["id"]), Text(cells["account"]), bands, Text(cells["moved"]), words)
    if found.movements:
        console.print(shown)
    console.print(NOTE, markup=False, highlight=False)


def page(found: Comparison) -> str:
    """Return a comparison as HTML."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)
    template = environment.from_string(
        (files("serve.archive") / "templates" / "compare.html").read_text(encoding="utf-8")
    )
    return template.render(
        old=found.models[0],
        new=found.models[1],
        summary=summary(found),
        tables=[table for table in tables(found) if table["rows"]],
        movements=[movement_cells(movement) for movement in found.movements],
        note=NOTE,
    )
