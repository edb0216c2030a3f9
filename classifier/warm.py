"""``python -m classifier.warm``: compile the scorer ahead, so that nobody waits for it later.

The machine code depends on the types of a model's tables, not on their content, so an empty model serves; installing runs it.
"""

from __future__ import annotations

import sys

from classifier.compiled import CompiledScorer, is_compiled
from classifier.lexicon import Lexicon
from classifier.reader import empty_table


def warm() -> None:
    """Compile whatever is not compiled yet; about a minute."""
    CompiledScorer(empty_table(), Lexicon()).explain(["word"], 1)


if __name__ == "__main__" and not is_compiled():
    sys.stdout.write("Compiling the scorer for this machine, once (about a minute)\n")
    sys.stdout.flush()
    warm()
