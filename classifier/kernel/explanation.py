"""Which words made the risk: what `classifier.explain` does, from the counters of the window that won."""

from __future__ import annotations

from classifier.kernel.arrays import Features, Floats, Ints, Out, Tables, Tokens
from classifier.kernel.codes import (
    HEAD_COUNT,
    IS_MASK,
    NOTHING,
    READY,
    ROWS_COUNT,
    ROWS_START,
    TERM_COUNT,
    WINDOW,
    WORD_ROWS,
)
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.scoring import forget, gather, norm, window_count


@inlined
def explain(
    tables: Tables,
    tokens: Tokens,
    features: Features,
    window: tuple[int, int],
    best: tuple[int, int, int],
    out: Out,
    post: int,
) -> None:
    """Write the stretches of a window that weigh most, and what the others weigh together.

    Parameters
    ----------
    tables, tokens, features
        As `classifier.kernel.scoring.score_heads` left them.
    window
        First and end token of the window that won.
    best
        What `score_heads` returned.
    out, post
        Where to write.
    """
    start, end = window
    repeated = best[2]
    if best[0] != window_count(whole(tokens.summary[2]), whole(tables.settings[WINDOW])) - 1:
        forget(features, repeated)  # the counters are those of another window
        repeated = gather_again(tables, tokens, features, start, end)
    parts = (1.0 / norm(features.sums[HEAD_COUNT]), 1.0 / norm(features.sums[2 * HEAD_COUNT + 1]))
    weigh_tokens(tables, tokens, features, start, end, best[1], parts, repeated)
    forget(features, repeated)
    choose(features, stretch(tokens, features, start, end), out, post)


@apart
def gather_again(tables: Tables, tokens: Tokens, features: Features, start: int, end: int) -> int:
    """Sum and count a window's rows once more, of all heads: those tables are in the cache already."""
    return gather(tables, tokens, features, start, end, HEAD_COUNT + 1, tables.head_sums, tables.head_weights)


@inlined
def share(tables: Tables, features: Features, row: int, head: int, parts: tuple[float, float]) -> float:
    """Return what one occurrence of a row adds to the logit: its row's part, shared among its occurrences."""
    value: float = tables.head_weights[row, head] * parts[0 if row < tables.settings[WORD_ROWS] else 1]
    extra = features.extra[row]
    return value if extra == 0 else value * (1.0 + tables.growth[extra, 2])


@inlined
def _sum_rows(
    tables: Tables, features: Features, rows: Ints, first: int, count: int, head: int, parts: tuple[float, float]
) -> float:
    total = 0.0
    for i in range(first, first + count):
        total += share(tables, features, whole(rows[i]), head, parts)
    return total


@inlined
def _sum_ready(
    tables: Tables, features: Features, word: int, head: int, parts: tuple[float, float], repeated: int
) -> float:
    """Return the same for a known word: its ready sums, corrected where rows came more than once."""
    sums, weights = tables.head_sums, tables.head_weights
    words, chars = sums[word, head], sums[word, HEAD_COUNT + 1 + head]
    if repeated:
        first, found, again = whole(tables.facts[word, ROWS_START]), 0, features.window
        for i in range(first, first + tables.facts[word, ROWS_COUNT]):
            again[found] = tables.rows[i]
            found += features.extra[tables.rows[i]] != 0
        for i in range(found):
            row = whole(again[i])
            value = weights[row, head] * tables.growth[features.extra[row], 2]
            if row < tables.settings[WORD_ROWS]:
                words += value
            else:
                chars += value
    total: float = words * parts[0] + chars * parts[1]
    return total


@inlined
def weigh_tokens(
    tables: Tables,
    tokens: Tokens,
    features: Features,
    start: int,
    end: int,
    head: int,
    parts: tuple[float, float],
    repeated: int,
) -> None:
    """Write what each token of a window adds; an n-gram's part is shared equally by its tokens that are no masks."""
    weights = features.token_weights
    for i in range(end - start):
        weights[i] = 0.0
    for place in range(start, end):
        word = whole(tokens.words[place])
        if not tokens.marks[place] & IS_MASK:
            if word != NOTHING and word < tables.settings[READY]:
                weights[place - start] += _sum_ready(tables, features, word, head, parts, repeated)
            else:
                first, count = whole(features.row_starts[place]), whole(features.row_counts[place])
                weights[place - start] += _sum_rows(tables, features, features.rows, first, count, head, parts)
        for gram in range(features.gram_starts[place], features.gram_starts[place + 1]):
            last = whole(features.gram_ends[gram])
            if last <= end:
                part = share(tables, features, whole(features.grams[gram]), head, parts)
                _share_out(tokens, weights, start, place, last, part)


@inlined
def _share_out(tokens: Tokens, weights: Floats, start: int, first: int, last: int, part: float) -> None:
    """Add a word n-gram's part to its tokens that are no masks."""
    bearers = 0
    for i in range(first, last):
        bearers += not tokens.marks[i] & IS_MASK
    for i in range(first, last):
        if not tokens.marks[i] & IS_MASK:
            weights[i - start] += part / bearers


@inlined
def stretch(tokens: Tokens, features: Features, start: int, end: int) -> int:
    """Join neighbouring tokens of one sign; return how many stretches there are."""
    weights, found = features.token_weights, 0
    place = 0
    while place < end - start:
        if weights[place] == 0.0:
            place += 1
            continue
        first, total = place, 0.0
        while place < end - start and weights[place] * weights[first] > 0.0:
            total += weights[place]
            place += 1
        if place == first:  # a weight so small that its square is nothing
            place += 1
        features.stretch_starts[found] = tokens.first[start + first]
        features.stretch_ends[found] = tokens.last[start + place - 1]
        features.stretch_weights[found] = total
        found += 1
    return found


@inlined
def choose(features: Features, found: int, out: Out, post: int) -> None:
    """Write the largest stretches by absolute weight, the first of equals first, and the sum of the others."""
    weights = features.stretch_weights
    shown = min(found, out.weights.shape[1])
    for rank in range(shown):
        best = rank
        for i in range(rank + 1, found):
            larger = abs(weights[i]) > abs(weights[best])
            equal = abs(weights[i]) == abs(weights[best])
            if larger or (equal and features.stretch_starts[i] < features.stretch_starts[best]):
                best = i
        for values in (features.stretch_starts, features.stretch_ends):
            values[rank], values[best] = values[best], values[rank]
        weights[rank], weights[best] = weights[best], weights[rank]
        out.terms[post, 2 * rank] = features.stretch_starts[rank]
        out.terms[post, 2 * rank + 1] = features.stretch_ends[rank]
        out.weights[post, rank] = weights[rank]
    rest = 0.0
    for i in range(shown, found):
        rest += weights[i]
    out.rest[post] = rest
    out.facts[post, TERM_COUNT] = shown
