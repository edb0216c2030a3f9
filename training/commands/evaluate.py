"""``watchword evaluate``: a model judged on labelled posts."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.commands.score import ModelReference, ModelsFolder

if TYPE_CHECKING:
    from rich.table import Table

    from classifier.model import Model
    from training.evaluation import Evaluation

#: Figures shown on a terminal, and their headings.
COLUMNS = {
    "posts": "posts",
    "positives": "harmful",
    "auc": "AUC",
    "average_precision": "AP",
    "recall": "recall",
    "false_alarms": "alarms",
}
DEFAULT_PREVALENCE = 0.001

Prevalence = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="The share of harm in your traffic, for the precision told.")
]
ReportFolder = Annotated[
    Path | None,
    typer.Option("--report", metavar="DIR", help="Write report.html, report.md, metrics.json and plots here."),
]


def evaluate(
    data: Annotated[Path, typer.Option(help="Labelled posts: `text` with `label` (0 or 1) or `categories`.")],
    model: ModelReference = None,
    against: Annotated[str | None, typer.Option(metavar="REF", help="A version to compare with.")] = None,
    report: ReportFolder = None,
    prevalence: Prevalence = DEFAULT_PREVALENCE,
    models: ModelsFolder = Path("models"),
    *,
    show_text: Annotated[bool, typer.Option("--show-text", help="Let the report show words of the posts.")] = False,
) -> None:
    """Judge a model on labelled posts, by slice, beside the rule "names a group or an organisation"."""
    from rich.console import Console

    from classifier.model import load
    from training.comparison import compare
    from training.evaluation import evaluate_model
    from training.labelled import read_all

    posts = read_all(data, sys.stdin.buffer)
    loaded = load(models, model)
    evaluation = evaluate_model(loaded, posts)
    figures = evaluation.figures(prevalence)
    Console().print(_table(loaded.name, figures))
    comparison = None
    if against is not None:
        other = load(models, against)
        before = evaluate_model(other, posts)
        Console().print(_table(other.name, before.figures(prevalence)))
        comparison = compare(other, loaded, before, evaluation)
        Console().print(_moves_table(comparison))
    if report is not None:
        from training.labelled import file_facts

        write_report(report, loaded, evaluation, figures, file_facts(data), comparison, show_text=show_text)
        typer.echo(report / "report.html")


def write_report(
    folder: Path,
    model: Model,
    evaluation: Evaluation,
    figures: dict[str, Any],
    data: dict[str, str | None],
    comparison: dict[str, Any] | None = None,
    *,
    show_text: bool = False,
) -> None:
    """Write the report of an evaluation.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    from classifier.errors import InputError
    from training.report import build
    from training.suite import default_suite, judge_on

    functional = judge_on(model, default_suite())
    made = build(
        model,
        evaluation,
        figures,
        data,
        comparison=comparison and comparison | {"shown": [asdict(move) for move in comparison["shown"]]},
        functional=functional.to_dict() if functional else None,
        show_text=show_text,
    )
    try:
        made.write(folder)
    except OSError as error:
        msg = f"{folder} cannot be written to ({error.strerror}); choose another folder for --report"
        raise InputError(msg) from error


def _table(name: str, figures: dict[str, Any]) -> Table:
    from rich.table import Table

    rule = figures["mention_rule_auc"]
    table = Table(title=name, caption=f"AUC of the mention-only rule: {_shown(rule)}", box=None)
    table.add_column("slice", overflow="fold")
    for heading in COLUMNS.values():
        table.add_column(heading, justify="right")
    for slice_name, row in {"all": figures["overall"], **figures["slices"]}.items():
        table.add_row(slice_name, *(_shown(row[column]) for column in COLUMNS))
    return table


def _moves_table(comparison: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table(title=f"bands that move: {comparison['old']} → {comparison['new']}", box=None)
    for column in ("slice", "posts", "moves"):
        table.add_column(column)
    for name, moves in comparison["slices"].items():
        if moves:
            counted = "; ".join(f"{move}: {count}" for move, count in moves.items())
            table.add_row(name, str(comparison["posts_by_slice"][name]), counted)
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
