"""Which language a post is in, by the words it uses, and how much of it the model knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classifier.signs import count_signs, is_code
from classifier.table import Table
from classifier.tokens import Token

UNDETERMINED = "und"
#: ISO 639's code for what is no language: programs, markup, logs.
NO_LANGUAGE = "zxx"


class LanguageIdentifier:
    """A naive Bayes over whole words: a word adds its log-likelihood under each language.

    Parameters
    ----------
    table
        The model's numbers.
    """

    def __init__(self, table: Table) -> None:
        self._rows = {word: row for row, word in enumerate(table.language_words)}
        self._scores = table.language_scores
        self._languages = table.languages
        self._known = frozenset(table.known)

    def identify(self, tokens: Sequence[Token], text: str) -> str:
        """Return the likeliest language, ``zxx`` for code, or ``und`` where no word tells.

        Parameters
        ----------
        tokens
            Canonical tokens of the whole post.
        text
            The post itself: tokens hold no punctuation, and that is what code is full of.
        """
        if NO_LANGUAGE in self._languages and is_code(count_signs(text), sum(not t.is_mask for t in tokens)):
            return NO_LANGUAGE
        rows = [row for t in tokens if (row := self._rows.get(t.text)) is not None]
        if not rows:
            return UNDETERMINED
        return self._languages[int(np.argmax(self._scores[rows].sum(axis=0, dtype=np.float64)))]

    def coverage(self, tokens: Sequence[Token]) -> float:
        """Return the share of the words that the model has seen; 1 where there are only masks."""
        words = [t.text for t in tokens if not t.is_mask]
        if not words:
            return 1.0
        return sum(word in self._known for word in words) / len(words)
