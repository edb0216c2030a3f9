"""Results as the contract writes them: plain dictionaries, made a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from classifier.decide import Policy
from classifier.kernel import codes
from classifier.labels import CATEGORIES, GROUNDS
from classifier.language import UNDETERMINED
from classifier.lexicon import Lexicon
from classifier.masks import MASKS, kind_of
from classifier.scoring import sigmoid
from classifier.table import Table
from classifier.types import Urgency
from classifier.urgency import ACUTE, SEVERE, grade

if TYPE_CHECKING:
    from classifier.compiled import Explained

Record = dict[str, Any]
KINDS = tuple(map(kind_of, MASKS))
severe_of = itemgetter(*(len(GROUNDS) + CATEGORIES.index(name) for name in SEVERE))


class Recorder:
    """Writes what the compiled scorer found as records.

    This, not the scoring, is what an answer takes longest over. Lists are walked, not arrays: a post has few numbers.

    Parameters
    ----------
    name, forced
        The model's version, and whether it was promoted against its gate.
    table, lexicon
        The model's.
    reported
        The lists of organisations that mentions name.
    cues
        ``(kind, canonical words)`` of each cue number.
    """

    def __init__(
        self,
        name: str,
        *,
        forced: bool,
        table: Table,
        lexicon: Lexicon,
        reported: frozenset[str],
        cues: Sequence[tuple[str, str]],
    ) -> None:
        self._name, self._forced = name, forced
        self._cues = cues
        self._bias = table.bias.tolist()
        self._languages = (*table.languages, UNDETERMINED)  # -1 is the last
        self._lists = [tuple(x for x in surface.lists if x in reported) for surface in lexicon.surfaces] + [()]

    def records(self, ids: Sequence[str], texts: Sequence[str], found: Explained, policy: Policy) -> list[Record]:
        """Return one record a post, as `classifier.types.Result.to_dict` has it.

        Parameters
        ----------
        ids, texts
            The posts.
        found
            What `CompiledScorer.explain` said of them.
        policy
            The bands.
        """
        chances: list[list[float]] = sigmoid(found.logits).tolist()
        band, basis = policy.band, policy.basis
        columns = zip(
            ids, chances, found.logits.tolist(), found.coverage.tolist(), found.rest.tolist(), found.facts.tolist(),
            self._urgencies(chances, found, policy), _terms(texts, found), self._mentions(texts, found), strict=True,
        )  # fmt: skip
        records = []
        for post, chance, logits, coverage, rest, facts, urgency, terms, mentions in columns:
            lang, head, grounds = self._languages[facts[codes.LANGUAGE]], facts[codes.BEST_HEAD], chance[: len(GROUNDS)]
            risk = max(grounds)
            record = {
                "id": post,
                "risk": risk,
                "band": band(risk, lang, coverage, empty=not facts[codes.WORD_COUNT]),
                "basis": basis,
                "categories": dict(zip(CATEGORIES, chance[len(GROUNDS) :], strict=True)),
                "grounds": dict(zip(GROUNDS, grounds, strict=True)),
                "urgency": urgency,
                "logit": logits[head],
                "bias": self._bias[head],
                "terms": terms,
                "rest": rest,
                "mentions": mentions,
                "lang": lang,
                "coverage": coverage,
                "window": (facts[codes.WINDOW_START], facts[codes.WINDOW_END]),
                "model": self._name,
            }
            if self._forced:
                record["forced"] = True
            records.append(record)
        return records

    def _urgencies(self, chances: list[list[float]], found: Explained, policy: Policy) -> Iterator[Record]:
        """Yield each post's tier, with its cues each once and in order."""
        bound = policy.severe
        scores = [max(severe_of(chance)) for chance in chances]
        numbers = found.cues.ravel().tolist()
        ends = [0, *found.facts[:, codes.CUE_END].tolist()]
        for score, (first, last) in zip(scores, pairwise(ends), strict=True):
            urgency = NOT_URGENT
            if score >= ACUTE * bound:
                cues = [self._cues[number] for number in dict.fromkeys(numbers[first:last])]
                urgency = grade(cues, severe=score >= bound)
            yield {"tier": urgency.tier, "cues": urgency.cues}

    def _mentions(self, texts: Sequence[str], found: Explained) -> Iterator[tuple[Record, ...]]:
        """Yield what was masked in each post, with the lists that are reported."""
        rows, lists = found.mentions.tolist(), self._lists
        ends = [0, *found.facts[:, codes.MENTION_END].tolist()]
        for text, (first, last) in zip(texts, pairwise(ends), strict=True):
            yield tuple(
                {"kind": KINDS[mask], "text": text[a:b], "start": a, "end": b, "lists": lists[name]}
                for mask, a, b, name in rows[first:last]
            )


NOT_URGENT = Urgency()


def _terms(texts: Sequence[str], found: Explained) -> Iterator[tuple[Record, ...]]:
    """Yield the stretches that each post shows."""
    shown = found.facts[:, codes.TERM_COUNT].tolist()
    for text, count, places, weights in zip(texts, shown, found.terms.tolist(), found.weights.tolist(), strict=True):
        yield tuple(
            {"text": text[a:b], "start": a, "end": b, "weight": weight}
            for a, b, weight in zip(places[: 2 * count : 2], places[1 : 2 * count : 2], weights, strict=False)
        )
