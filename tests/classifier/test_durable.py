from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from classifier.durable import append_line, locked, write_whole


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_whole(path, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_after_half_a_line_stands_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    append_line(log, "one")
    log.write_text(log.read_text() + "hal")
    append_line(log, "two")
    assert log.read_text().splitlines() == ["one", "hal", "two"]


def _add(folder: Path, count: int) -> None:
    for _ in range(count):
        with locked(folder):
            path = folder / "n"
            path.write_text(str(int(path.read_text()) + 1))


def test_only_one_process_holds_the_lock(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("0")
    workers = [multiprocessing.get_context("spawn").Process(target=_add, args=(tmp_path, 50)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (tmp_path / "n").read_text() == "150"
