r"""The n-grams of a canonical window, exactly as scikit-learn's ``TfidfVectorizer`` counts them.

Words are split at spaces (``token_pattern=r"\S+"``); character n-grams are those of ``analyzer="char_wb"``: inside one
token, padded with a space on either side, a token shorter than the order counted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Orders:
    """The n-gram orders of a model, both ends included."""

    words: tuple[int, int] = (1, 2)
    chars: tuple[int, int] = (2, 5)


def word_ngrams(tokens: Sequence[str], orders: tuple[int, int]) -> Iterator[tuple[str, int, int]]:
    """Yield ``(n-gram, first token, end token)`` for every word n-gram."""
    low, high = orders
    for size in range(low, high + 1):
        for first in range(len(tokens) - size + 1):
            yield " ".join(tokens[first : first + size]), first, first + size


def char_ngrams(token: str, orders: tuple[int, int]) -> Iterator[str]:
    """Yield the character n-grams inside one token."""
    low, high = orders
    padded = f" {token} "
    for size in range(low, high + 1):
        yield padded[:size]
        for offset in range(1, len(padded) - size + 1):
            yield padded[offset : offset + size]
        if size >= len(padded):
            return  # a short token is counted once


def ngrams(tokens: Sequence[str], orders: Orders) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """Return the word and the character n-grams of a window, each with the tokens it covers."""
    chars = [(g, i, i + 1) for i, token in enumerate(tokens) for g in char_ngrams(token, orders.chars)]
    return list(word_ngrams(tokens, orders.words)), chars
