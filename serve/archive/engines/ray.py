"""Tasks on a Ray cluster, or on this machine where no address is given.

Every machine of the cluster needs watchword installed, the model folder and the output folder at the same paths (shared storage).
The chunks are read here and sent to the tasks.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from classifier.errors import ArchiveError, WatchwordError
from serve.archive.chunks import Chunk
from serve.archive.manifest import Part
from serve.archive.parts import Job, work

#: How often a task is tried again when its worker or machine is lost.
RETRIES = 5
WAITING = 1
#: Seconds to wait for a cluster's address to answer.
PATIENCE = 10


class RayEngine:
    """Works as Ray tasks; a worker process loads the model once. A process that is already part of a cluster keeps to it.

    Parameters
    ----------
    workers
        How many chunks at once; None is one for each of the cluster's processors.
    address
        The cluster, as ``ray.init`` takes it; None starts one on this machine.

    Raises
    ------
    ArchiveError
        If Ray is not installed or the cluster cannot be reached.
    """

    def __init__(self, workers: int | None, address: str | None = None) -> None:
        try:
            import ray
        except ModuleNotFoundError as error:
            msg = "--engine ray needs Ray: pip install 'watchword[serve,ray]'"
            raise ArchiveError(msg) from error
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing of an archive's owner leaves the cluster
        self._ray: Any = ray
        self._own = not ray.is_initialized()
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if address is None:
            options |= {"num_cpus": workers, "include_dashboard": False}
        try:
            _knock(address)
            if self._own:
                self._ray.init(address, **options)
        except (OSError, ValueError, RuntimeError) as error:
            msg = f"the Ray cluster {address or 'on this machine'} cannot be reached ({' '.join(str(error).split())[:200]})"
            raise ArchiveError(msg) from error
        self.workers = workers or int(self._ray.cluster_resources().get("CPU", 1))

    def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
        """Yield parts as they are done."""
        ray = self._ray
        task = ray.remote(num_cpus=1, max_retries=RETRIES)(_work)
        shared = ray.put(job)
        pending: list[Any] = []
        try:
            for chunk in chunks:
                pending.append(task.remote(shared, chunk))
                del chunk
                if len(pending) >= self.workers + WAITING:
                    done, pending = ray.wait(pending)
                    yield from ray.get(done)
            while pending:
                done, pending = ray.wait(pending)
                yield from ray.get(done)
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, WatchwordError):
                raise error.cause from error
            raise
        except ray.exceptions.RayError as error:
            msg = f"the Ray cluster gave up on a part ({type(error).__name__}); run the same command again, it goes on from there"
            raise ArchiveError(msg) from error
        finally:
            for reference in pending:
                ray.cancel(reference)
            if self._own:
                ray.shutdown()


def _knock(address: str | None) -> None:
    """See whether anything listens at an address with a port: Ray itself would try for minutes.

    Raises
    ------
    OSError
        If nothing does.
    """
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()


def _work(job: Job, chunk: Chunk) -> Part:
    pa.set_cpu_count(1)
    return work(job, chunk)
