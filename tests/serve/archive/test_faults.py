"""Whatever stops a run, at whatever moment: run again, it gives what an uninterrupted run gives, byte for byte.

``make test`` kills five times an engine, ``make faults`` a hundred times.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from classifier import durable
from classifier.errors import ArchiveError
from serve.archive.engines.local import LocalEngine
from tests.serve.archive.conftest import Run, contents, write
from tests.serve.archive.processes import below

Rows = list[dict[str, Any]]
KILLS = int(os.environ.get("WATCHWORD_KILLS", "5"))
WATCHWORD = [sys.executable, "-c", "from classifier.commands.root import main; main()"]
#: Seconds that a run is given before the test gives it up.
PATIENCE = 300


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Start one Ray cluster, which the killed commands connect to."""
    context = ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield context.address_info["gcs_address"]
    ray.shutdown()


@pytest.fixture(params=["local", "ray"])
def options(request: pytest.FixtureRequest) -> list[str]:
    """Return the options that choose an engine."""
    if request.param == "local":
        return ["--workers", "2"]
    return ["--engine", "ray", "--workers", "2", "--address", request.getfixturevalue("cluster")]


def start(inputs: list[Path], out: Path, models: Path, options: list[str]) -> subprocess.Popen[bytes]:
    command = [*WATCHWORD, "rescore", *map(str, inputs), "--out", str(out), "--models", str(models)]
    command += ["--part-rows", "20", "--terms", "1", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def kill(run: subprocess.Popen[bytes], rng: random.Random) -> None:
    """Kill the command, alone or with all that it began, or one of its workers first."""
    family = list(below(run.pid))
    way = rng.choice(["alone", "all", "a worker first"])
    victims = {"alone": [run.pid], "all": [run.pid, *family], "a worker first": [*family[-1:], run.pid]}[way]
    for victim in victims:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
    run.communicate()


def test_kill_at_any_moment(models: Path, posts: Rows, tmp_path: Path, options: list[str]) -> None:
    rng = random.Random(KILLS)
    inputs = [write(tmp_path / "a.jsonl.gz", [*posts * 6, {"id": "bad"}]), write(tmp_path / "b.parquet", posts * 4)]
    began = time.monotonic()
    whole = start(inputs, tmp_path / "whole", models, options)
    while not (tmp_path / "whole" / "_journal.jsonl").exists() and whole.poll() is None:
        time.sleep(0.005)
    first = time.monotonic() - began
    assert whole.wait(PATIENCE) == 1, whole.communicate()[0]  # one row is rejected
    work = time.monotonic() - began - first
    expected = contents(tmp_path / "whole")
    assert len(expected) >= 50
    killed, folder, midway = 0, 0, 0
    while killed < KILLS:
        out = tmp_path / f"out{folder}"
        before = size(out / "_journal.jsonl")
        run = start(inputs, out, models, options)
        moment = rng.choice(["from the start", "once begun", "amid the parts", "amid the parts"])
        if moment == "from the start":
            give(run, rng.uniform(0, first))
        else:
            watched, beyond = ("_manifest.json", 0) if moment == "once begun" else ("_journal.jsonl", before)
            while size(out / watched) <= beyond and run.poll() is None:
                time.sleep(0.001)
            give(run, rng.uniform(0, work if moment == "amid the parts" else first))
        if run.poll() is None:
            kill(run, rng)
            killed += 1
            midway += len(list(out.glob("part-*"))) in range(1, 50)
        else:
            run.communicate()
        if (out / "_manifest.json").exists() and not (out / "_journal.jsonl").exists() and list(out.glob("part-*")):
            finish(inputs, out, models, options, expected)
            folder += 1
    finish(inputs, tmp_path / f"out{folder}", models, options, expected)
    assert midway or KILLS < 10


def size(path: Path) -> int:
    """Return a file's size, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def give(run: subprocess.Popen[bytes], seconds: float) -> None:
    """Give a run so much time, or less if it ends before."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and run.poll() is None:
        time.sleep(0.001)


def finish(inputs: list[Path], out: Path, models: Path, options: list[str], expected: dict[str, bytes]) -> None:
    run = start(inputs, out, models, options)
    said, _ = run.communicate(timeout=PATIENCE)
    assert b"1,001 rows read: 1,000 scored, 1 rejected" in said
    assert contents(out) == expected


def all_end(processes: list[int]) -> bool:
    """Wait until none of the processes is there any more."""
    limit = time.monotonic() + 20
    while (left := [p for p in processes if Path(f"/proc/{p}").exists()]) and time.monotonic() < limit:
        time.sleep(0.05)
    return not left


def test_ctrl_c_stops_cleanly_and_leaves_no_process(models: Path, posts: Rows, tmp_path: Path) -> None:
    inputs = [write(tmp_path / "a.jsonl", posts * 400)]  # so many that a busy machine is not done before the signal
    run = start(inputs, tmp_path / "out", models, ["--workers", "2"])
    while not (tmp_path / "out" / "_journal.jsonl").exists() and run.poll() is None:
        time.sleep(0.005)
    family = list(below(run.pid))
    for process in [run.pid, *family]:  # as a terminal does
        os.kill(process, signal.SIGINT)
    said, _ = run.communicate(timeout=PATIENCE)
    assert (run.returncode, b"run the same command again" in said) == (130, True), said
    assert b"Traceback" not in said
    assert all_end(family)
    assert not list((tmp_path / "out").glob(".*.part"))


def test_workers_end_with_a_command_that_is_killed(models: Path, posts: Rows, tmp_path: Path) -> None:
    run = start([write(tmp_path / "a.jsonl", posts * 20)], tmp_path / "out", models, ["--workers", "2"])
    while not (tmp_path / "out" / "_journal.jsonl").exists() and run.poll() is None:
        time.sleep(0.005)
    family = list(below(run.pid))
    assert family
    run.kill()
    run.communicate()
    assert all_end(family)


def disk(room: int) -> Callable[[Path, bytes], None]:
    """Return what writes files on a disk with so many bytes left; the last one only in part."""
    plain, left = durable.write_synced, [room]

    def write_synced(path: Path, data: bytes) -> None:
        left[0] -= len(data)
        if left[0] < 0:
            plain(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(path, data)

    return write_synced


def test_a_full_disk_is_told_and_gone_on_from(
    run: Run, posts: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.jsonl", [*posts, {"id": "bad"}])
    run(path, out=tmp_path / "whole")
    for room in (0, 3_000, 60_000):
        with monkeypatch.context() as patch:
            patch.setattr(durable, "write_synced", disk(room))
            with pytest.raises(ArchiveError, match=r"no space is left.*make room and run the same command again"):
                run(path)
        assert not list((tmp_path / "out").glob(".*.part"))
    run(path)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_disk_that_is_really_full(run: Run, posts: Rows, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount, unmount = shutil.which("mount") or "mount", shutil.which("umount") or "umount"
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("mounting a small disk needs root; the test before this one does without")
    try:
        path = write(tmp_path / "a.jsonl", posts * 5)
        with pytest.raises(ArchiveError, match="no space is left"):
            run(path, out=small / "out", engine=LocalEngine(2))
        subprocess.run([mount, "-o", "remount,size=64m", str(small)], check=True)
        run(path, out=small / "out", engine=LocalEngine(2))
        run(path, out=tmp_path / "whole")
        assert contents(small / "out") == contents(tmp_path / "whole")
    finally:
        subprocess.run([unmount, str(small)], check=True)


def test_what_a_killed_worker_left_is_swept_away(run: Run, posts: Rows, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".part-00000-000000.parquet.7.part").write_bytes(b"half")
    assert run(write(tmp_path / "a.jsonl", posts)).scored == 100
    assert not list((tmp_path / "out").glob(".*.part"))
