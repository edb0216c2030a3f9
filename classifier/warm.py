"""``python -m classifier.warm``: compile the scorer ahead, so that nobody waits for it later.

The machine code depends on the types of a model's tables, not on their content, so an empty model serves; installing runs it.
"""

from __future__ import annotations

import sys

import numpy as np

from classifier.compiled import CompiledScorer, is_compiled
from classifier.features import Orders
from classifier.labels import HEADS, LANGUAGES
from classifier.lexicon import Lexicon
from classifier.table import Channel, Table


def empty_table() -> Table:
    """Return a model that has learnt one word and nothing of it."""
    channel = Channel(("word",), np.ones(1), np.zeros((1, len(HEADS))))
    scores = np.zeros((1, len(LANGUAGES)), dtype=np.float32)
    return Table(
        channel, channel, np.zeros(len(HEADS)), HEADS, Orders(), 32, True, ("word",), ("word",), scores, LANGUAGES  # noqa: FBT003 - see Table
    )  # fmt: skip


def warm() -> None:
    """Compile whatever is not compiled yet; about a minute."""
    CompiledScorer(empty_table(), Lexicon()).explain(["word"], 1)


if __name__ == "__main__":
    if not is_compiled():
        sys.stdout.write("Compiling the scorer for this machine, once (about a minute)\n")
        sys.stdout.flush()
        warm()
