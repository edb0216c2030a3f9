"""``watchword models list | show | verify``: what is in a models folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from classifier.bundle import Bundle, current, names, open_bundle
from classifier.commands.score import ModelsFolder
from classifier.errors import ModelError, ModelMissing

Reference = Annotated[
    str | None, typer.Argument(metavar="[REF]", help="A version or its beginning; by default the one in use.")
]


def list_models(models: ModelsFolder = Path("models")) -> None:
    """List the versions, the one in use marked with an arrow."""
    try:
        used = current(models)
    except ModelMissing:
        used = ""
    table = Table("", "version", "basis", "posts", "AUC on held-out families", box=None)
    found = names(models)
    for name in found:
        table.add_row("→" if name == used else "", name, *_facts(models, name))
    if found:
        Console().print(table)
    else:
        Console().print(f"no models in {models}; run `watchword train --promote`", highlight=False)


def _facts(models: Path, name: str) -> tuple[str, str, str]:
    """Return basis, posts and AUC of a version, or why it cannot be used."""
    import json

    try:
        bundle = open_bundle(models, name)
        auc = json.loads(bundle.read("metrics.json"))["overall"]["auc"]
        return bundle.policy().basis, str(bundle.manifest["training"]["posts"]), f"{auc:.3f}"
    except ModelError as error:
        return "unusable", "", str(error)


def show(reference: Reference = None, models: ModelsFolder = Path("models")) -> None:
    """Print the card of a version."""
    from rich.markdown import Markdown

    bundle = open_bundle(models, reference)
    Console().print(Markdown(bundle.read("card.md").decode()))


def verify(reference: Reference = None, models: ModelsFolder = Path("models")) -> None:
    """Check every file of a version against its manifest."""
    bundle: Bundle = open_bundle(models, reference)
    bundle.verify()
    Console().print(f"{bundle.name}: {len(bundle.manifest['files'])} files as published", highlight=False)
