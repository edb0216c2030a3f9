"""The model in use: one object that every door asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.bundle import Bundle, open_bundle
from classifier.explain import explain
from classifier.labels import CATEGORIES, GROUNDS
from classifier.language import LanguageIdentifier
from classifier.normalise import Canonical, Normaliser
from classifier.scoring import Scorer, sigmoid, windows
from classifier.types import Post, Result
from classifier.urgency import judge

DEFAULT_TERMS = 5


class Model:
    """A trained model, ready to score.

    Parameters
    ----------
    bundle
        The opened model folder.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.policy = bundle.policy()
        self.table = bundle.table()
        self.normalise = Normaliser(bundle.lexicon(), frozenset(self.policy.state_lists))
        self.scorer = Scorer(self.table)
        self.language = LanguageIdentifier(self.table)
        self._grounds = len(GROUNDS)
        self._forced = bundle.forced

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
        logits = [self._logits(self.normalise(text))[:, : self._grounds].max() for text in texts]
        return sigmoid(np.array(logits, dtype=np.float64))

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
        return [self._result(post, terms) for post in posts]

    def _logits(self, canonical: Canonical) -> NDArray[np.float64]:
        return self.scorer.logits([t.text for t in canonical.tokens])

    def _result(self, post: Post, terms: int) -> Result:
        canonical = self.normalise(post.text)
        tokens = canonical.tokens
        logits = self._logits(canonical)
        grounds = logits[:, : self._grounds]
        best, head = (int(i) for i in np.unravel_index(int(np.argmax(grounds)), grounds.shape))
        start, end = windows(len(tokens), self.table.window)[best]
        shown = explain(self.scorer, post.text, tokens[start:end], head, terms)
        chances = sigmoid(logits.max(axis=0)).tolist()
        categories = dict(zip(CATEGORIES, chances[self._grounds :], strict=True))
        lang = self.language.identify(tokens)
        coverage = self.language.coverage(tokens)
        risk = max(chances[: self._grounds])
        return Result(
            id=post.id,
            risk=risk,
            band=self.policy.band(risk, lang, coverage, empty=all(t.is_mask for t in tokens)),
            basis=self.policy.basis,
            categories=categories,
            grounds=dict(zip(GROUNDS, chances, strict=False)),
            urgency=judge(self.normalise.lexicon, tokens, categories, self.policy.severe),
            logit=float(grounds[best, head]),
            bias=float(self.table.bias[head]),
            terms=shown.terms,
            rest=shown.rest,
            mentions=canonical.mentions,
            lang=lang,
            coverage=coverage,
            window=_span(post.text, [(t.start, t.end) for t in tokens], start, end),
            model=self.name,
            forced=self._forced,
        )


def _span(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the code points of a window; the whole text where there is only one."""
    if start == 0 and end == len(places):
        return 0, len(text)
    return places[start][0], places[end - 1][1]


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
