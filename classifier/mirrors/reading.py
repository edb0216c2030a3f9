"""The reader of mirrors, and where its compiled code is kept."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from classifier.kernel.compiler import keep_compiled
from classifier.kernel.matching import link, match
from classifier.kernel.shingles import hash_grams, hash_phrases, hash_words, weigh
from classifier.lexicon import Lexicon
from classifier.reader import Reader


@cache
def plain_reader() -> Reader:
    """Return a reader that knows no names, so that an index depends on no gazetteer."""
    if not prepare():
        sys.stderr.write("Compiling the search for mirrors for this machine, once (about a minute)\n")
    return Reader(Lexicon())


def prepare() -> bool:
    """Keep the compiled code of mirrors where the scorer's is kept, and tell whether any is there; the first call decides."""
    if not match.stats.cache_path:  # type: ignore[attr-defined]  # numba's dispatcher has it
        keep_compiled([hash_words, hash_grams, hash_phrases, weigh, match, link])
    cache = Path(match.stats.cache_path)  # type: ignore[attr-defined]  # as above
    return any(cache.glob("shingles.hash_grams-*.nbc"))
