"""The service behind every door: posts in, results out, whatever the transport."""

from __future__ import annotations

import time
from collections.abc import Sequence

from anyio import CapacityLimiter, to_thread

from classifier import Model, Post, Result
from serve.metrics import Metrics


class ScoringService:
    """Score posts beside the event loop, so that a long batch holds up nobody else's answer.

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

    async def score(self, posts: Sequence[Post], terms: int) -> list[Result]:
        """Score posts.

        Parameters
        ----------
        posts
            In the order of the results.
        terms
            How many contributing stretches to show.
        """
        if not posts:
            return []
        started = time.perf_counter()
        results = await to_thread.run_sync(self.model.score_posts, posts, terms, limiter=self._limiter)
        self._metrics.scored(results, time.perf_counter() - started)
        return results
