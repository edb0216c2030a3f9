"""The figures of the functional suite as tables: on a terminal, and in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from training.functional import Functional, Rates, Row

SECTION_TITLES = {
    "all": "All cases",
    "language": "By language",
    "group": "By group of functions",
    "function": "By function",
    "category": "Harm categories, against all harmless cases",
    "kind": "Look-alike kinds, against all harmful cases",
    "naming": "With and without a name of a group or an organisation",
}
ROW_COLUMNS = (
    "cases",
    "harmful",
    "right",
    "recall",
    "false alarms",
    "mean risk, harmful",
    "mean risk, harmless",
    "AUC",
    "pairs",
    "pairs right",
)
NONE = "–"
STAR = "AUC marked * compares a row of one class with the other class of the whole suite, language by language."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table, whatever it is written on; the first column is a name, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(figures: Functional) -> list[Sheet]:
    """Return all tables of a judged model."""
    found = [
        Sheet(title, (section, *ROW_COLUMNS), tuple(_row(row) for row in figures.sections[section]))
        for section, title in SECTION_TITLES.items()
    ]
    heads = tuple((name, _figure(auc)) for name, auc in figures.heads.items())
    rule = ("rule: names a group or an organisation", _figure(figures.mention_rule))
    found.append(Sheet("Each category's own head, against all other cases", ("head", "AUC"), (*heads, rule)))
    moved = tuple(
        (m.name, str(m.pairs), _figure(m.median), _figure(m.largest), _percent(m.tolerated)) for m in figures.insertions
    )
    found.append(
        Sheet(
            "Movement of the risk by an insertion",
            ("inserted", "pairs", "median", "largest", "within tolerance"),
            moved,
        )
    )
    urgent = ("lang", "in danger now", "T0 recall", "not in danger now", "false T0")
    unknown = ("lang", "not to be known", "said unknown", "to be known", "wrongly unknown")
    found.append(Sheet("Urgency", urgent, _rates(figures.urgency)))
    found.append(Sheet("Languages, junk and code", unknown, _rates(figures.unknown)))
    return found


def print_functional(figures: Functional, console: Console, titles: Iterable[str] | None = None) -> None:
    """Print the tables.

    Parameters
    ----------
    figures
        The judged model.
    console
        Where to.
    titles
        The titles of the tables wanted, or None for all.
    """
    wanted = None if titles is None else set(titles)
    for sheet in sheets(figures):
        if wanted is None or sheet.title in wanted:
            table = Table(title=f"{sheet.title} · {figures.model}", box=None, title_justify="left")
            for place, column in enumerate(sheet.columns):
                table.add_column(column, justify="right" if place else "left", overflow="fold")
            for row in sheet.rows:
                table.add_row(*row)
            console.print(table)


def functional_markdown(figures: Functional) -> str:
    """Return the tables as Markdown, without a first heading."""
    parts = [
        f"Model `{figures.model}`, review threshold {figures.threshold:.3f}, suite `{figures.suite[:12]}`. {STAR}\n"
    ]
    for sheet in sheets(figures):
        lines = [f"### {sheet.title}", "", _line(sheet.columns), _line(["---", *["---:"] * (len(sheet.columns) - 1)])]
        parts.append("\n".join([*lines, *(_line(row) for row in sheet.rows)]) + "\n")
    return "\n".join(parts)


def _row(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        str(row.cases),
        str(row.harmful),
        _percent(row.right),
        _percent(row.recall),
        _percent(row.false_alarms),
        _figure(row.mean_harmful),
        _figure(row.mean_harmless),
        _figure(row.auc) + ("" if row.within or row.auc is None else "*"),
        str(row.pairs or NONE),
        _percent(row.pair_accuracy),
    )


def _rates(rates: Sequence[Rates]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (r.name, str(r.right_cases or NONE), _percent(r.right), str(r.wrong_cases or NONE), _percent(r.wrong))
        for r in rates
    )


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _figure(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.0%}"
