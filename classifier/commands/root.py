"""``watchword``: every installed package adds its own subcommands through the entry-point group `GROUP`."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated

import typer
from rich.console import Console

from classifier.errors import WatchwordError

GROUP = "watchword.commands"
EXIT_ERROR = 1
INTERRUPTED = 130


def build(commands: list[EntryPoint]) -> typer.Typer:
    """Return the command made of the given entry points.

    An entry point named ``score`` is a subcommand, one named ``models.list`` is the subcommand ``list`` of ``models``.
    """
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Flags extremist messaging for human moderators. It never decides alone.",
    )
    app.callback()(_root)
    groups: dict[str, typer.Typer] = {}
    for command in sorted(commands, key=lambda c: c.name):
        group, _, name = command.name.rpartition(".")
        try:
            function = command.load()
        except ModuleNotFoundError:
            continue  # installed without that package's extra
        parent = app
        if group:
            if group not in groups:
                groups[group] = typer.Typer(no_args_is_help=True)
                app.add_typer(groups[group], name=group, help=f"Work with {group}.")
            parent = groups[group]
        parent.command(name, no_args_is_help=False)(function)
    return app


def _root(
    *, show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False
) -> None:
    if show_version:
        typer.echo(version("watchword"))
        raise typer.Exit


def main() -> None:
    """Run the command; an error that a user can mend is one line on standard error and exit status 1."""
    try:
        build(list(entry_points(group=GROUP)))(standalone_mode=True)
    except WatchwordError as error:
        Console(stderr=True, highlight=False).print("error:", str(error), markup=False, soft_wrap=True)
        sys.exit(EXIT_ERROR)
    except BrokenPipeError:
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
