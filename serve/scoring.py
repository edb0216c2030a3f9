"""The service behind every door: posts in, results out, whatever the transport."""

from __future__ import annotations

import time
from collections.abc import Sequence

from anyio import CapacityLimiter, to_thread

from classifier import Model
from classifier.records import Record
from serve.metrics import Metrics

#: So few characters are scored at once: handing them to a thread and back takes longer than scoring them.
FEW_CHARACTERS = 16_384


class ScoringService:
    """Score posts, long batches beside the event loop, so that they hold up nobody else's answer.

    Parameters
    ----------
    model
        Read by many threads, changed by none.
    metrics
        What counts posts.
    threads
        Requests scored at the same time; more wait.
    """

    def __init__(self, model: Model, metrics: Metrics, threads: int) -> None:
        self.model = model
        self._metrics = metrics
        self._limiter = CapacityLimiter(threads)
        self.ready = False

    async def warm_up(self) -> None:
        """Score something once, so that the first client does not wait for what is built on first use."""
        await to_thread.run_sync(self.model.score, ["See you at the game tonight"])
        self.ready = True

    async def score(self, ids: Sequence[str], texts: Sequence[str], terms: int) -> list[Record]:
        """Score posts.

        Parameters
        ----------
        ids, texts
            The posts, in the order of the results.
        terms
            How many contributing stretches to show.

        Returns
        -------
        list of dict
            As `classifier.types.Result.to_dict` writes them.
        """
        if not texts:
            return []
        started = time.perf_counter()
        if sum(map(len, texts)) <= FEW_CHARACTERS:
            records = self.model.records(ids, texts, terms)
        else:
            records = await to_thread.run_sync(self.model.records, ids, texts, terms, limiter=self._limiter)
        self._metrics.scored([record["band"] for record in records], time.perf_counter() - started)
        return records
