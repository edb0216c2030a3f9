"""``watchword evaluate``: a model judged on labelled posts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from classifier.commands.score import ModelReference, ModelsFolder
from classifier.model import load
from training.evaluation import evaluate_model
from training.labelled import read_all

COLUMNS = ("posts", "positives", "auc", "average_precision", "recall", "false_alarms")


def evaluate(
    data: Annotated[Path, typer.Option(help="Labelled posts: `text` with `label` (0 or 1) or `categories`.")],
    model: ModelReference = None,
    against: Annotated[str | None, typer.Option(metavar="REF", help="A second version to compare with.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the figures here as well.")] = None,
    models: ModelsFolder = Path("models"),
) -> None:
    """Judge a model on labelled posts, by slice, beside the rule "names a group or an organisation"."""
    posts = read_all(data, sys.stdin.buffer)
    figures: dict[str, Any] = {}
    for reference in dict.fromkeys((model, against) if against else (model,)):
        loaded = load(models, reference)
        figures[loaded.name] = evaluate_model(loaded, posts).figures()
        Console().print(_table(loaded.name, figures[loaded.name]))
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        (report / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _table(name: str, figures: dict[str, Any]) -> Table:
    rule = figures["mention_rule_auc"]
    table = Table(title=name, caption=f"AUC of the mention-only rule: {_shown(rule)}", box=None)
    for column in ("slice", *COLUMNS):
        table.add_column(column.replace("_", " "), justify="left" if column == "slice" else "right")
    for slice_name, row in {"all": figures["overall"], **figures["slices"]}.items():
        table.add_row(slice_name, *(_shown(row[column]) for column in COLUMNS))
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
