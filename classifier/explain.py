"""Which words made the risk: exact shares of the logit, at original offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.scoring import Scorer
from classifier.tokens import Token
from classifier.types import Term


@dataclass(frozen=True, slots=True)
class Explanation:
    """The stretches shown and the sum of those that are not."""

    terms: tuple[Term, ...]
    rest: float


def token_weights(scorer: Scorer, tokens: Sequence[Token], head: int) -> list[float]:
    """Return what each token of a window adds to a head's logit.

    Every n-gram occurrence's contribution is shared equally by the tokens it covers that are no masks.
    """
    weights = [0.0] * len(tokens)
    for channel, found in scorer.occurrences([t.text for t in tokens]):
        for gram in found:
            bearers = [i for i in range(gram.first, gram.end) if not tokens[i].is_mask]
            for bearer in bearers:
                weights[bearer] += gram.value * float(channel.weights[gram.row, head]) / len(bearers)
    return weights


def stretches(text: str, tokens: Sequence[Token], weights: Sequence[float]) -> list[Term]:
    """Join neighbouring tokens of one sign; a token without weight ends a stretch."""
    found: list[Term] = []
    place = 0
    while place < len(tokens):
        if weights[place] == 0:
            place += 1
            continue
        first = place
        while place < len(tokens) and weights[place] * weights[first] > 0:
            place += 1
        start, end = tokens[first].start, tokens[place - 1].end
        found.append(Term(text[start:end], start, end, sum(weights[first:place])))
    return found


def explain(scorer: Scorer, text: str, tokens: Sequence[Token], head: int, limit: int) -> Explanation:
    """Explain one window.

    Parameters
    ----------
    scorer
        The model's scorer.
    text
        The original post, to cut the shown stretches from.
    tokens
        The canonical tokens of the window.
    head
        The column of the table that gave the risk.
    limit
        How many stretches to show, the largest by absolute weight first.
    """
    found = sorted(
        stretches(text, tokens, token_weights(scorer, tokens, head)), key=lambda t: (-abs(t.weight), t.start)
    )
    return Explanation(tuple(found[:limit]), float(sum(t.weight for t in found[limit:])))
