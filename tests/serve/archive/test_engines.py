"""One suite over every engine: the same input gives the same parts, byte for byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from classifier.errors import ArchiveError
from serve.archive.chunks import Chunk
from serve.archive.engines import Engine
from serve.archive.engines.inline import InlineEngine
from serve.archive.engines.local import LocalEngine
from serve.archive.engines.ray import RayEngine
from serve.archive.manifest import Part
from serve.archive.parts import Job
from tests.serve.archive.conftest import Run, contents, write
from tests.serve.archive.processes import kill_one

Rows = list[dict[str, Any]]
ENGINES: dict[str, Callable[[], Engine]] = {
    "inline": InlineEngine,
    "local": lambda: LocalEngine(2),
    "ray": lambda: RayEngine(2),
}


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Start one Ray cluster for all tests."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    if request.param == "ray":
        request.getfixturevalue("cluster")
    return ENGINES[request.param]()


def test_every_engine_gives_the_same_parts(run: Run, posts: Rows, tmp_path: Path, engine: Engine) -> None:
    inputs = [write(tmp_path / "a.jsonl", [*posts[:40], {"text": "no id"}]), write(tmp_path / "b.parquet", posts[40:])]
    run(*inputs, out=tmp_path / "plain", terms=2)
    made = run(*inputs, engine=engine, terms=2)
    assert (made.scored, made.rejected) == (100, 1)
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_an_engine_takes_only_what_it_can_work_on(run: Run, posts: Rows, tmp_path: Path, engine: Engine) -> None:
    taken: list[int] = []
    most: list[int] = []

    class Counting:
        workers = engine.workers

        def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
            def counted() -> Iterator[Chunk]:
                for chunk in chunks:
                    taken.append(chunk.number)
                    yield chunk

            for done, part in enumerate(engine.run(job, counted())):
                most.append(len(taken) - done)
                yield part

    run(write(tmp_path / "a.jsonl", posts), engine=Counting(), part_rows=4)
    assert max(most) <= engine.workers + 2


def test_what_goes_wrong_in_a_worker_is_told(run: Run, posts: Rows, tmp_path: Path, engine: Engine) -> None:
    path = write(tmp_path / "a.jsonl", posts)

    class Spoiling:
        workers = engine.workers

        def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
            (tmp_path / "out" / "part-00000-000002.parquet").mkdir()
            yield from engine.run(job, chunks)

    with pytest.raises(ArchiveError, match=r"cannot be written.*run the same command again"):
        run(path, engine=Spoiling())
    (tmp_path / "out" / "part-00000-000002.parquet").rmdir()
    assert run(path).scored == 100
    run(path, out=tmp_path / "plain")
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


@pytest.mark.usefixtures("cluster")
def test_a_ray_worker_that_is_killed_is_replaced(run: Run, posts: Rows, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", posts * 3)
    killed: list[bool] = []
    engine = RayEngine(2)

    class Killing:
        workers = engine.workers

        def run(self, job: Job, chunks: Iterable[Chunk]) -> Iterator[Part]:
            for part in engine.run(job, chunks):
                if killed.count(True) < 2:  # a worker that has just begun has no such name yet
                    killed.append(kill_one("ray::_work", "ray::IDLE"))
                yield part

    assert run(path, engine=Killing(), part_rows=8).scored == 300
    assert killed.count(True) == 2
    run(path, out=tmp_path / "plain", part_rows=8)
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_a_local_worker_that_is_killed_is_told_and_gone_on_from(run: Run, posts: Rows, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", posts * 5)
    ended = threading.Event()

    def kill() -> None:
        while not ended.is_set() and not ((tmp_path / "out" / "_journal.jsonl").exists() and kill_one("spawn_main")):
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(ArchiveError, match="a worker was ended from outside"):
            run(path, engine=LocalEngine(2), part_rows=4)
    finally:
        ended.set()
        killer.join()
    run(path, part_rows=4)
    run(path, out=tmp_path / "plain", part_rows=4)
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_a_cluster_that_is_not_there_is_told() -> None:
    with pytest.raises(ArchiveError, match="cannot be reached"):
        RayEngine(1, "127.0.0.1:1")
