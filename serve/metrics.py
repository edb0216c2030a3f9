"""Numbers for Prometheus. No label holds anything that a client chose."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from classifier.types import Band

CONTENT_TYPE = CONTENT_TYPE_LATEST
#: Set (to a folder) before this module is imported, it makes several workers add up their numbers.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_POSTS = (1, 2, 5, 10, 25, 50, 100, 256)


class Metrics:
    """The service's counters, in a registry of their own.

    Parameters
    ----------
    model, basis
        Shown as the labels of ``watchword_model_info``.
    """

    def __init__(self, model: str, basis: str) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "watchword_requests", "Requests answered.", ("method", "path", "status"), registry=registry
        )
        self._seconds = Histogram(
            "watchword_request_seconds", "Time to an answer.", ("path",), buckets=_SECONDS, registry=registry
        )
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._posts = Counter("watchword_posts_scored", "Posts scored.", ("band",), registry=registry)
        self._batches = Histogram("watchword_batch_posts", "Posts a request.", buckets=_POSTS, registry=registry)
        self._scoring = Histogram(
            "watchword_scoring_seconds", "Time to score a request's posts.", buckets=_SECONDS, registry=registry
        )
        info = Gauge(
            "watchword_model_info", "The model in use.", ("model", "basis"), registry=registry, multiprocess_mode="max"
        )
        info.labels(model, basis).set(1)
        ProcessCollector(registry=registry)

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        known = method if method in _METHODS else "-"
        counted = self._counted.get((known, path, status))
        if counted is None:  # looking a series up by its labels takes longer than counting
            counted = self._requests.labels(known, path, status), self._seconds.labels(path)
            self._counted[known, path, status] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def scored(self, bands: Sequence[Band], seconds: float) -> None:
        """Count the posts of a request by their bands."""
        self._batches.observe(len(bands))
        self._scoring.observe(seconds)
        for band in set(bands):
            self._posts.labels(band).inc(bands.count(band))

    def expose(self) -> bytes:
        """Return the numbers as Prometheus reads them, of all workers where they share a folder."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self.registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # the library leaves it untyped
        return generate_latest(shared)
