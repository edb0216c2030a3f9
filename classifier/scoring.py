"""From canonical tokens to the logits of every head, in plain Python: the reference for every faster way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from classifier.features import ngrams
from classifier.table import Channel, Table


def sigmoid(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``1 / (1 + exp(-logit))`` without overflow."""
    small = np.exp(-np.abs(logit))
    return np.where(logit >= 0, 1 / (1 + small), small / (1 + small))


def chance(logit: float) -> float:
    """Return the sigmoid of one number, to the same bit as of an array."""
    small = float(np.exp(-abs(logit)))
    return 1 / (1 + small) if logit >= 0 else small / (1 + small)


def windows(count: int, size: int) -> list[tuple[int, int]]:
    """Return the windows over `count` tokens: `size` long, half a window apart, the last one reaching the end."""
    stride = size // 2
    last = max(count - size, 0)
    starts = range(0, last + stride, stride)
    return [(start, min(start + size, count)) for start in starts]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One n-gram at one place that is in the vocabulary.

    Attributes
    ----------
    row
        Its row in the channel's arrays.
    value
        Its share of the term's normalised tf-idf.
    first, end
        The tokens it covers.
    """

    row: int
    value: float
    first: int
    end: int


class Scorer:
    """Scores windows of canonical tokens by a table.

    Parameters
    ----------
    table
        The model's numbers.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._channels = [(c, {term: row for row, term in enumerate(c.terms)}) for c in (table.words, table.chars)]

    def occurrences(self, tokens: Sequence[str]) -> list[tuple[Channel, list[Occurrence]]]:
        """Return for each channel the n-grams of one window with their share of the normalised tf-idf."""
        found = []
        for (channel, rows), grams in zip(self._channels, ngrams(tokens, self.table.orders), strict=True):
            places = [(rows[gram], first, end) for gram, first, end in grams if gram in rows]
            counts = Counter(row for row, _, _ in places)
            values = {row: self._frequency(n) * float(channel.idf[row]) for row, n in counts.items()}
            norm = sqrt(sum(v * v for v in values.values())) or 1.0
            found.append((channel, [Occurrence(r, values[r] / norm / counts[r], a, b) for r, a, b in places]))
        return found

    def _frequency(self, count: int) -> float:
        return 1.0 + log(count) if self.table.sublinear else float(count)

    def window_logits(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """Return the logits of one window, shape ``(heads,)``."""
        logits = self.table.bias.copy()
        for channel, found in self.occurrences(tokens):
            if found:
                rows = np.fromiter((o.row for o in found), dtype=np.int64, count=len(found))
                values = np.fromiter((o.value for o in found), dtype=np.float64, count=len(found))
                logits += values @ channel.weights[rows]
        return logits

    def logits(self, tokens: Sequence[str]) -> NDArray[np.float64]:
        """Return the logits of every window, shape ``(windows, heads)``."""
        return np.stack([self.window_logits(tokens[a:b]) for a, b in windows(len(tokens), self.table.window)])
