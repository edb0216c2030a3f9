"""``watchword serve``: the HTTP API and the moderators' page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from classifier import load
from classifier.compiled import is_compiled
from serve.server import run
from serve.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1: this machine only).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (8080).")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that answer (1).")] = None,
    models: Annotated[Path | None, typer.Option(help="The models folder (models).")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="REF", help="A version or its beginning; by default the one in use.")
    ] = None,
) -> None:
    """Answer over HTTP until Ctrl-C; every option is also a variable, such as WATCHWORD_PORT."""
    settings = Settings.read(os.environ, host=host, port=port, workers=workers, models=models, model=model)
    if not is_compiled():
        _console().print("Compiling the scorer for this machine, once (about a minute)")
    loaded = load(settings.models, settings.model)
    loaded.risk(["See you at the game tonight"])
    run(settings, loaded, announce=_announce)


def _console() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=True)


def _announce(settings: Settings, name: str) -> None:
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{shown}:{settings.port}"
    console = _console()
    console.print(f"Watchword answers at {address} with model {name}")
    console.print(f"  the page  {address}/\n  the API   {address}/docs\n  to end it press Ctrl-C")
