"""``watchword labels import | export``: label files checked, and written in one form."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.commands.score import ModelReference, ModelsFolder

if TYPE_CHECKING:
    from rich.console import Console

    from training.label_import import Eye, Imported

#: Findings of one check named one by one; the rest are counted.
NAMED = 10
SEVERITIES = (
    ("rejected", "bold red", "to mend"),
    ("left out", "yellow", "repetitions, left out"),
    ("notice", "cyan", "worth a look, kept"),
)

Against = Annotated[
    list[Path] | None,
    typer.Option(help="The other side of a split: posts nearly in it are left out. May be given again."),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="A column of another name; may be given again."),
]
Findings = Annotated[Path | None, typer.Option(help="Write every finding here as JSONL, without texts.")]


def import_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Labelled posts: .jsonl, .csv or .parquet.")],
    out: Annotated[Path, typer.Option(help="The checked labels: .jsonl, .csv or .parquet.")],
    mapping: Mapping = None,
    against: Against = None,
    findings: Findings = None,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
) -> None:
    """Check labelled posts and write the good ones; exit status 1 if a row was rejected."""
    _convert(files, out, mapping or [], against or [], findings, _eye(models, model))


def export_command(
    file: Annotated[Path, typer.Argument(help="Labelled posts.")],
    out: Annotated[Path, typer.Option(help="The same labels: .jsonl, .csv or .parquet.")],
    findings: Findings = None,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
) -> None:
    """Write a label file in another format, checked; exit status 1 if a row was rejected."""
    _convert([file], out, [], [], findings, _eye(models, model))


def _convert(
    files: list[Path], out: Path, mapping: list[str], against: list[Path], findings: Path | None, eye: Eye
) -> None:
    from rich.console import Console

    from classifier.errors import InputError
    from training.columns import parse_mapping
    from training.label_file import check_ending, write_labels
    from training.label_import import import_labels

    check_ending(out)
    if out.resolve() in {path.resolve() for path in (*files, *against)}:
        msg = f"{out} is also read; write to another file"
        raise InputError(msg)
    imported = import_labels(files, against, eye, sys.stdin.buffer, parse_mapping(mapping))
    if findings:
        _write_findings(findings, imported)
    console = Console(stderr=True, highlight=False)
    report(imported, console)
    if not imported.rows:
        msg = f"no row is left to write; {out} was not touched"
        raise InputError(msg)
    write_labels(out, [row.post for row in imported.rows])
    console.print(f"{len(imported.rows)} labelled posts written to {out}", markup=False)
    if imported.count("rejected"):
        raise typer.Exit(1)


def _eye(models: Path, reference: str | None) -> Eye:
    """Return how the model in use sees a text; without a model, names are masked and languages not identified."""
    from classifier.errors import ModelMissing
    from classifier.model import load

    try:
        model = load(models, reference)
    except ModelMissing:
        if reference is not None:
            raise
        from classifier.normalise import Normaliser
        from training.gazetteer import read_gazetteer
        from training.seeds import default_seeds

        plain = Normaliser(read_gazetteer(default_seeds()).compile())
        return lambda text: (plain(text).text, "und")

    def look(text: str) -> tuple[str, str]:
        canonical = model.normalise(text)
        return canonical.text, model.language.identify(canonical.tokens, text)

    return look


def _write_findings(path: Path, imported: Imported) -> None:
    from classifier.durable import write_whole

    lines = (
        {"severity": f.severity, "check": f.check, "file": str(f.file), "row": f.row, "reason": f.reason}
        for f in imported.findings
    )
    write_whole(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())


def report(imported: Imported, console: Console) -> None:
    """Print what an import found: no text of a post is in it."""
    from rich.table import Table

    posts = [row.post for row in imported.rows]
    table = Table("what", "rows", box=None, show_header=False)
    table.columns[1].justify = "right"
    for what, count in (
        ("read", imported.read),
        ("kept", len(posts)),
        *(
            ("  " + ("harmful" if harmful else "benign"), sum(p.harmful is harmful for p in posts))
            for harmful in (True, False)
        ),
        ("  harmful without a category", sum(p.harmful and not p.categories for p in posts)),
        ("  clusters of nearly the same posts", imported.clusters),
        ("rejected", imported.count("rejected")),
        ("left out", imported.count("left out")),
        ("notices", imported.count("notice")),
    ):
        table.add_row(what, str(count))
    console.print(table)
    for name, values in (
        ("categories", [c for p in posts for c in p.categories]),
        ("kinds", [p.kind for p in posts if p.kind]),
        ("languages", [p.lang for p in posts]),
    ):
        counted = ", ".join(f"{value} {count}" for value, count in Counter(values).most_common())
        console.print(f"{name}: {counted or 'none named'}", markup=False)
    for severity, style, meaning in SEVERITIES:
        _print_findings(imported, severity, style, meaning, console)


def _print_findings(imported: Imported, severity: str, style: str, meaning: str, console: Console) -> None:
    found = [f for f in imported.findings if f.severity == severity]
    if found:
        console.print(f"\n{severity}: {meaning}", style=style)
    for check, count in Counter(f.check for f in found).items():
        console.print(f"  {check} ({count})", style="bold")
        for finding in [f for f in found if f.check == check][:NAMED]:
            console.print(f"    {finding}", markup=False, soft_wrap=True)
        if count > NAMED:
            console.print(f"    and {count - NAMED} more; --findings FILE writes them all", markup=False)
