"""A pool of processes on this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

import pyarrow as pa

from classifier.errors import ArchiveError
from serve.archive.chunks import Chunk
from serve.archive.manifest import Part
from serve.archive.parts import Job, open_model, work

#: Chunks that wait for a worker, beside those being worked on.
WAITING = 1

_job: Job


class LocalEngine:
    """Works in `workers` processes of its own.

    Parameters
    ----------
    workers
        How many.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
        """Yield parts as they are done."""
        # Spawned, not forked: Arrow's and numba's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, context, _begin, (job,))
        pending: set[Future[Part]] = set()
        try:
            for chunk in chunks:
                pending.add(pool.submit(_work, chunk))
                del chunk
                if len(pending) >= self.workers + WAITING:
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BrokenProcessPool as error:
            msg = (
                "a worker was ended from outside, most often because memory ran out; "
                "run the same command again with fewer --workers, it goes on from there"
            )
            raise ArchiveError(msg) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin(job: Job) -> None:
    """Make a worker ready: load the model, leave Ctrl-C to the parent, and end with it, however it ends."""
    global _job  # noqa: PLW0603 - what a worker keeps between chunks
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)
    open_model(job.model, job.model_digest)
    _job = job


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _work(chunk: Chunk) -> Part:
    return work(_job, chunk)
