"""The model in use: one object that every door asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.batches import batched
from classifier.bundle import Bundle, open_bundle
from classifier.kernel import codes
from classifier.labels import CATEGORIES, GROUNDS
from classifier.language import UNDETERMINED, LanguageIdentifier
from classifier.masks import MASKS, kind_of
from classifier.normalise import Normaliser
from classifier.scoring import Scorer, sigmoid
from classifier.types import Mention, Post, Result, Term, Urgency
from classifier.urgency import grade, is_severe

if TYPE_CHECKING:
    from classifier.compiled import Explained

DEFAULT_TERMS = 5
#: Posts explained at once.
BATCH = 1024
#: Cues are listed a little below the bound, so that rounding never loses one.
MARGIN = 1e-6


class Model:
    """A trained model, ready to score.

    Parameters
    ----------
    bundle
        The opened model folder.

    Attributes
    ----------
    reported
        The lists of organisations that mentions name.
    forced
        Whether the version was promoted against its gate.
    severe_logit
        The logit of a category from which cues are listed.
    """

    def __init__(self, bundle: Bundle) -> None:
        from classifier.compiled import CompiledScorer

        self.bundle = bundle
        self.policy = bundle.policy()
        self.table = bundle.table()
        self.lexicon = bundle.lexicon()
        self.compiled = CompiledScorer(self.table, self.lexicon)
        self.reported = self.lexicon.international | frozenset(self.policy.state_lists)
        self.forced = bundle.forced
        bound = min(self.policy.severe, 1 - MARGIN)
        self.severe_logit = float(np.log(bound / (1 - bound))) - MARGIN if bound > MARGIN else -np.inf

    @cached_property
    def normalise(self) -> Normaliser:
        """The plain normaliser: training and tests use it."""
        return Normaliser(self.lexicon, frozenset(self.policy.state_lists))

    @cached_property
    def scorer(self) -> Scorer:
        """The plain scorer, the oracle of the compiled one."""
        return Scorer(self.table)

    @cached_property
    def language(self) -> LanguageIdentifier:
        """The plain language identifier, an oracle likewise."""
        return LanguageIdentifier(self.table)

    @property
    def name(self) -> str:
        """The version."""
        return self.bundle.name

    def risk(self, texts: Iterable[str]) -> NDArray[np.float64]:
        """Return the risk of each text.

        Parameters
        ----------
        texts
            The posts.

        Returns
        -------
        ndarray
            float64, one a text: the highest window's higher ground.
        """
        return self.compiled.risks(texts if isinstance(texts, list) else list(texts))

    def score(self, texts: Iterable[str], terms: int = DEFAULT_TERMS) -> list[Result]:
        """Return full results for texts, with their number as id.

        Parameters
        ----------
        texts
            The posts.
        terms
            How many contributing stretches to show.
        """
        return self.score_posts([Post(str(i), text) for i, text in enumerate(texts)], terms)

    def score_posts(self, posts: Iterable[Post], terms: int = DEFAULT_TERMS) -> list[Result]:
        """Return full results for posts, in their order."""
        return [result for batch in batched(posts, BATCH) for result in self._results(batch, terms)]

    def _results(self, posts: list[Post], terms: int) -> Iterator[Result]:
        found = self.compiled.explain([post.text for post in posts], terms, self.severe_logit)
        chances = sigmoid(found.logits).tolist()
        places = found.terms.reshape(len(posts), terms, 2).tolist()
        columns = zip(
            posts, chances, found.logits.tolist(), found.facts.tolist(), found.coverage.tolist(), found.rest.tolist(),
            places, found.weights.tolist(), self._mentions(posts, found), self._cues(found), strict=True,
        )  # fmt: skip
        for post, chance, logits, facts, coverage, rest, spans, weights, mentions, cues in columns:
            text, head = post.text, facts[codes.BEST_HEAD]
            grounds = dict(zip(GROUNDS, chance, strict=False))
            categories = dict(zip(CATEGORIES, chance[len(GROUNDS) :], strict=True))
            lang = UNDETERMINED if facts[codes.LANGUAGE] < 0 else self.table.languages[facts[codes.LANGUAGE]]
            risk = max(grounds.values())
            shown = facts[codes.TERM_COUNT]
            yield Result(
                id=post.id,
                risk=risk,
                band=self.policy.band(risk, lang, coverage, empty=not facts[codes.WORD_COUNT]),
                basis=self.policy.basis,
                categories=categories,
                grounds=grounds,
                urgency=grade(cues) if is_severe(categories, self.policy.severe) else Urgency(),
                logit=logits[head],
                bias=float(self.table.bias[head]),
                terms=tuple(Term(text[a:b], a, b, w) for (a, b), w in zip(spans[:shown], weights, strict=False)),
                rest=rest,
                mentions=mentions,
                lang=lang,
                coverage=coverage,
                window=(facts[codes.WINDOW_START], facts[codes.WINDOW_END]),
                model=self.name,
                forced=self.forced,
            )

    def _mentions(self, posts: list[Post], found: Explained) -> Iterator[tuple[Mention, ...]]:
        """Yield what was masked in each post, with the lists that are reported."""
        rows = found.mentions.tolist()
        ends = [0, *found.facts[:, codes.MENTION_END].tolist()]
        for post, (first, last) in zip(posts, pairwise(ends), strict=True):
            yield tuple(
                Mention(kind_of(MASKS[mask]), post.text[start:end], start, end, self._lists(name))
                for mask, start, end, name in rows[first:last]
            )

    def _lists(self, name: int) -> tuple[str, ...]:
        if name < 0:
            return ()
        return tuple(x for x in self.lexicon.surfaces[name].lists if x in self.reported)

    def _cues(self, found: Explained) -> Iterator[list[tuple[str, str]]]:
        """Yield the urgency cues of each post, each once, in order."""
        numbers = found.cues.ravel().tolist()
        for first, last in pairwise([0, *found.facts[:, codes.CUE_END].tolist()]):
            yield [self.compiled.cues[number] for number in dict.fromkeys(numbers[first:last])]


def load(models: str | Path = "models", reference: str | None = None) -> Model:
    """Load a model.

    Parameters
    ----------
    models
        The models folder.
    reference
        A version (or its beginning, or a path), or None for the one in use.

    Raises
    ------
    ModelError
        If it is missing, changed or too new; the message says what to run.
    """
    return Model(open_bundle(Path(models), reference))
