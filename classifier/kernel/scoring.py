"""Windows and their logits: what `classifier.scoring.Scorer` does, without a matrix.

A window's logit needs, in each channel, the sum over its rows of f(n) · idf · weight and of (f(n) · idf)², where n is how
often a row stands in the window. Both are first summed as if f(n) were n and f(n)² were n, which for a known word is one
addition of sums that stand ready. Only for rows that came more than once the difference is added afterwards.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from classifier.kernel.arrays import Features, Ints, Tables, Tokens, Words64
from classifier.kernel.codes import (
    GROUND_COUNT,
    HEAD_COUNT,
    NOTHING,
    READY,
    ROWS_COUNT,
    ROWS_START,
    WINDOW,
    WORD_HIGH,
    WORD_ROWS,
)
from classifier.kernel.compiler import inlined, stage
from classifier.kernel.dictionary import ONE
from classifier.kernel.features import BIT, SIX


@inlined
def note(rows: Ints, start: int, count: int, seen: Words64, again: Ints, repeated: int) -> int:
    """Mark rows as seen; list those that already were. Free of branches: nobody can guess which n-grams repeat."""
    for i in range(start, start + count):
        row = np.uint64(rows[i])
        bits = seen[row >> SIX]
        again[repeated] = rows[i]
        repeated += np.int64((bits >> (row & BIT)) & ONE)
        seen[row >> SIX] = bits | ONE << (row & BIT)
    return repeated


@inlined
def add(target, offset: int, table, row: int, width: int) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Add a table's row to sums."""
    for column in range(width):
        target[offset + column] += table[row, column]


@inlined
def gather(  # type: ignore[no-untyped-def]  # noqa: PLR0913 - ready sums and weights differ with the width
    tables: Tables, tokens: Tokens, features: Features, start: int, end: int, width: int, ready, weights  # noqa: ANN001
) -> int:
    """Sum the rows of a window and count the repeated ones; return how many different rows are repeated.

    `width` is a constant at each call, so the loops over it are unrolled.
    """
    sums, seen, again = features.sums, features.seen, features.again
    words, most = tables.settings[WORD_ROWS], tables.settings[WORD_HIGH] - 1
    seen[:] = np.uint64(0)
    for column in range(2 * width):
        sums[column] = 0.0
    repeated = 0
    for place in range(start, end):
        word = np.int64(tokens.words[place])
        if word != NOTHING and word < tables.settings[READY]:
            add(sums, 0, ready, word, 2 * width)
            repeated = note(
                tables.rows, np.int64(tables.facts[word, ROWS_START]), np.int64(tables.facts[word, ROWS_COUNT]), seen, again, repeated
            )
        else:
            first, count = np.int64(features.row_starts[place]), np.int64(features.row_counts[place])
            for i in range(first, first + count):
                row = np.int64(features.rows[i])
                add(sums, 0 if row < words else width, weights, row, width)
            repeated = note(features.rows, first, count, seen, again, repeated)
        for depth in range(min(most, end - place - 1)):
            gram = np.int64(features.grams[place * most + depth])
            if gram != NOTHING:
                add(sums, 0, weights, gram, width)
                repeated = note(features.grams, place * most + depth, 1, seen, again, repeated)
    return _correct(tables, features, repeated, width, weights)


@inlined
def _correct(tables: Tables, features: Features, repeated: int, width: int, weights) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Add what the damped frequency of repeated rows differs from their number."""
    extra, different = features.extra, features.repeated
    count = 0
    for i in range(repeated):
        row = features.again[i]
        if extra[row] == 0:
            different[count] = row
            count += 1
        extra[row] += 1
    for i in range(count):
        row = np.int64(different[i])
        n = extra[row] + 1
        offset = 0 if row < tables.settings[WORD_ROWS] else width
        for column in range(width - 1):
            features.sums[offset + column] += tables.growth[n, 0] * weights[row, column]
        features.sums[offset + width - 1] += tables.growth[n, 1] * weights[row, width - 1]
    return count


@inlined
def norm(square: float) -> float:
    """Return what to divide a channel by; an empty channel has none."""
    return sqrt(square) if square > 0.0 else 1.0


@inlined
def forget(features: Features, count: int) -> None:
    """Set the counters of repeated rows back."""
    for i in range(count):
        features.extra[features.repeated[i]] = 0


@inlined
def window_count(count: int, size: int) -> int:
    """Return how many windows there are over some tokens: half a window apart, the last one reaching the end."""
    stride = size // 2
    return (max(count - size, 0) + stride - 1) // stride + 1


@inlined
def _score(  # type: ignore[no-untyped-def]  # noqa: PLR0913 - see `gather`
    tables: Tables, tokens: Tokens, count: int, features: Features, width: int, ready, weights  # noqa: ANN001
) -> tuple[int, int]:
    """Write every head's maximum over the windows to ``features.best``; return the highest ground's window and head."""
    heads = width - 1
    size = tables.settings[WINDOW]
    best, best_window, best_head = -np.inf, 0, 0
    for head in range(heads):
        features.best[head] = -np.inf
    for window in range(window_count(count, size)):
        start = window * (size // 2)
        forget(features, gather(tables, tokens, features, start, min(start + size, count), width, ready, weights))
        word_norm, char_norm = norm(features.sums[heads]), norm(features.sums[width + heads])
        for head in range(heads):
            logit = tables.bias[head] + features.sums[head] / word_norm + features.sums[width + head] / char_norm
            features.best[head] = max(features.best[head], logit)
            if head < GROUND_COUNT and logit > best:
                best, best_window, best_head = logit, window, head
    return best_window, best_head


@stage
def score_grounds(tables: Tables, tokens: Tokens, count: int, features: Features) -> tuple[int, int]:
    """Score the grounds only."""
    return _score(tables, tokens, count, features, GROUND_COUNT + 1, tables.ground_sums, tables.ground_weights)


@stage
def score_heads(tables: Tables, tokens: Tokens, count: int, features: Features) -> tuple[int, int]:
    """Score all heads."""
    return _score(tables, tokens, count, features, HEAD_COUNT + 1, tables.head_sums, tables.head_weights)
