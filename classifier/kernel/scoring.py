"""Windows and their logits: what `classifier.scoring.Scorer` does, without a matrix.

A window's logit needs, in each channel, the sum over its rows of f(n) · idf · weight and of (f(n) · idf)², where n is how
often a row stands in the window. Both are first summed as if f(n) were n and f(n)² were n, which for a known word is one
addition of sums that stand ready. Only for rows that came more than once the difference is added afterwards.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from classifier.kernel.arrays import Features, Floats, Ints, Matrix, Tables, Tokens
from classifier.kernel.codes import (
    GROUND_COUNT,
    GROUND_SUMS,
    HEAD_COUNT,
    HEAD_SUMS,
    NOTHING,
    READY,
    ROWS_COUNT,
    ROWS_START,
    WINDOW,
    WORD_ROWS,
)
from classifier.kernel.compiler import inlined, whole
from classifier.kernel.vectors import ROWS, add_row, copy_rows

LAST_STAMP = 255


@inlined
def append(rows: Ints, start: int, count: int, window: Ints, size: int) -> int:
    """Copy rows to the end of a window's; return how many there are now.

    In whole blocks, so that there is no loop whose end depends on the word; what is copied too much is overwritten.
    """
    for block in range(0, count, ROWS):
        copy_rows(window, size + block, rows, start + block)
    return size + count


@inlined
def note(features: Features, size: int, stamp: int) -> int:
    """Stamp a window's rows as seen and list those that already were; return how many.

    Free of branches: nobody can guess which n-grams repeat.
    """
    window, seen, again = features.window, features.seen, features.again
    repeated = np.uint64(0)
    for i in range(np.uint64(size)):
        row = np.uint64(window[i])
        again[repeated] = window[i]
        repeated += np.uint64(seen[row] == stamp)
        seen[row] = stamp
    return whole(repeated)


@inlined
def add(target: Floats, offset: int, table: Matrix, row: int, width: int) -> None:
    """Add a table's row to sums."""
    for column in range(width):
        target[offset + column] += table[row, column]


@inlined
def gather(
    tables: Tables,
    tokens: Tokens,
    features: Features,
    start: int,
    end: int,
    width: int,
    ready: Matrix,
    weights: Matrix,
) -> int:
    """Sum the rows of a window and count the repeated ones; return how many times a row came again.

    `width` is a constant at each call, so the loops over it are unrolled.
    """
    sums, words = features.sums, tables.settings[WORD_ROWS]
    columns = GROUND_SUMS if width == GROUND_COUNT + 1 else HEAD_SUMS
    for column in range(columns):
        sums[column] = 0.0
    size = 0
    for place in range(start, end):
        word = whole(tokens.words[place])
        if word != NOTHING and word < tables.settings[READY]:
            add_row(sums, ready, word, columns)
            size = append(
                tables.rows,
                whole(tables.facts[word, ROWS_START]),
                whole(tables.facts[word, ROWS_COUNT]),
                features.window,
                size,
            )
        else:
            first, count = whole(features.row_starts[place]), whole(features.row_counts[place])
            for i in range(first, first + count):
                row = whole(features.rows[i])
                add(sums, 0 if row < words else width, weights, row, width)
            size = append(features.rows, first, count, features.window, size)
    for i in range(features.gram_starts[start], features.gram_starts[end]):
        if features.gram_ends[i] <= end:
            row = whole(features.grams[i])
            add(sums, 0, weights, row, width)
            features.window[size] = row
            size += 1
    repeated = note(features, size, _next_stamp(features))
    _correct(tables, features, repeated, width, weights)
    return repeated


@inlined
def _next_stamp(features: Features) -> int:
    """Return a stamp that no row bears; the stamps are wiped once in 255 windows only."""
    stamp = whole(features.stamp[0]) + 1
    if stamp > LAST_STAMP:
        features.seen[:] = 0
        stamp = 1
    features.stamp[0] = stamp
    return stamp


@inlined
def _correct(tables: Tables, features: Features, repeated: int, width: int, weights: Matrix) -> None:
    """Add, for each time that a row came again, what the damped frequency grew less than the number."""
    extra, again, sums, growth = features.extra, features.again, features.sums, tables.growth
    words = tables.settings[WORD_ROWS]
    last = width - 1
    if width == GROUND_COUNT + 1:  # sums in registers; in the same order as below, so both give the same bits
        one, other, square = sums[width], sums[width + 1], sums[width + 2]
        for i in range(repeated):
            row = np.uint64(again[i])
            n = np.uint64(extra[row] + 1)
            extra[row] = n
            if row < np.uint64(words):
                for column in range(last):
                    sums[column] += growth[n, 0] * weights[row, column]
                sums[last] += growth[n, 1] * weights[row, last]
            else:
                one += growth[n, 0] * weights[row, 0]
                other += growth[n, 0] * weights[row, 1]
                square += growth[n, 1] * weights[row, 2]
        sums[width], sums[width + 1], sums[width + 2] = one, other, square
        return
    for i in range(repeated):
        row = np.uint64(again[i])
        n = np.uint64(extra[row] + 1)
        extra[row] = n
        offset = 0 if row < np.uint64(words) else width
        for column in range(last):
            sums[offset + column] += growth[n, 0] * weights[row, column]
        sums[offset + last] += growth[n, 1] * weights[row, last]


@inlined
def norm(square: float) -> float:
    """Return what to divide a channel by; an empty channel has none."""
    return sqrt(square) if square > 0.0 else 1.0


@inlined
def forget(features: Features, count: int) -> None:
    """Set the counters of repeated rows back."""
    for i in range(count):
        features.extra[features.again[i]] = 0


@inlined
def window_count(count: int, size: int) -> int:
    """Return how many windows there are over some tokens: half a window apart, the last one reaching the end."""
    stride = size // 2
    return (max(count - size, 0) + stride - 1) // stride + 1


@inlined
def _score(
    tables: Tables,
    tokens: Tokens,
    count: int,
    features: Features,
    width: int,
    ready: Matrix,
    weights: Matrix,
) -> tuple[int, int, int]:
    """Write every head's maximum over the windows to ``features.best``.

    Returns
    -------
    window, head : int
        Those of the highest ground.
    repeated : int
        Repetitions in the last window, whose counters and sums are left as they are: see `forget`.
    """
    heads = width - 1
    size = tables.settings[WINDOW]
    best, best_window, best_head = -np.inf, 0, 0
    for head in range(heads):
        features.best[head] = -np.inf
    repeated = 0
    for window in range(window_count(count, size)):
        forget(features, repeated)
        start = window * (size // 2)
        repeated = gather(tables, tokens, features, start, min(start + size, count), width, ready, weights)
        word_norm, char_norm = norm(features.sums[heads]), norm(features.sums[width + heads])
        for head in range(heads):
            logit = tables.bias[head] + features.sums[head] / word_norm + features.sums[width + head] / char_norm
            features.best[head] = max(features.best[head], logit)
            if head < GROUND_COUNT and logit > best:
                best, best_window, best_head = logit, window, head
    return best_window, best_head, repeated


@inlined
def score_grounds(tables: Tables, tokens: Tokens, count: int, features: Features) -> None:
    """Score the grounds only."""
    forget(
        features,
        _score(tables, tokens, count, features, GROUND_COUNT + 1, tables.ground_sums, tables.ground_weights)[2],
    )


@inlined
def score_heads(tables: Tables, tokens: Tokens, count: int, features: Features) -> tuple[int, int, int]:
    """Score all heads; return what `_score` does."""
    return _score(tables, tokens, count, features, HEAD_COUNT + 1, tables.head_sums, tables.head_weights)
