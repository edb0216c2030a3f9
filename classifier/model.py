"""The model in use: one object that every door asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.batches import batched
from classifier.bundle import Bundle, open_bundle
from classifier.language import LanguageIdentifier
from classifier.normalise import Normaliser
from classifier.records import Record, Recorder
from classifier.scoring import Scorer
from classifier.types import Post, Result
from classifier.urgency import ACUTE

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
        self._recorder = Recorder(
            bundle.name,
            forced=self.forced,
            table=self.table,
            lexicon=self.lexicon,
            reported=self.reported,
            cues=self.compiled.cues,
        )
        bound = min(ACUTE * self.policy.severe, 1 - MARGIN)
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
        return [
            Result.from_dict(record)
            for batch in batched(posts, BATCH)
            for record in self.records([post.id for post in batch], [post.text for post in batch], terms)
        ]

    def records(self, ids: Sequence[str], texts: Sequence[str], terms: int = DEFAULT_TERMS) -> list[Record]:
        """Return full results as `Result.to_dict` writes them, without the objects: what a door that writes JSON wants.

        Parameters
        ----------
        ids, texts
            The posts; one batch.
        terms
            How many contributing stretches to show.
        """
        found = self.compiled.explain(texts, terms, self.severe_logit)
        return self._recorder.records(ids, texts, found, self.policy)


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
