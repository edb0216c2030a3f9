"""The functional suite on a model, as tables: ``python -m tests.functional.table [--models DIR] [--model REF] [--markdown]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from classifier import Model, load
from training.functional import Functional, judge
from training.functional_table import functional_markdown, print_functional

#: The cases of the repository.
FOLDER = Path(__file__).resolve().parent
WIDTH = 170


def measure(model: Model) -> Functional:
    """Return the figures of a model on the cases of the repository."""
    return judge(model, FOLDER)


def show(figures: Functional, *, markdown: bool = False) -> None:
    """Print all tables."""
    if markdown:
        sys.stdout.write(functional_markdown(figures))
    else:
        console = Console()
        print_functional(figures, console if console.is_terminal else Console(width=WIDTH))


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description="Score the functional suite.")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--model", help="a version, or its beginning; the one in use if not given")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    show(measure(load(arguments.models, arguments.model)), markdown=arguments.markdown)


if __name__ == "__main__":
    main()
