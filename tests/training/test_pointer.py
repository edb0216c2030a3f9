"""Moves of the pointer: what is in use, what is remembered, and what a crash leaves."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifier import ModelChanged, ModelError, load
from classifier.bundle import current, open_bundle, promotions
from training.pointer import history, promote, rollback


@pytest.fixture
def three(models: Path, tmp_path: Path) -> tuple[Path, list[str]]:
    """Return a models folder with three versions that have the same numbers, the first in use."""
    folder = tmp_path / "models"
    original = open_bundle(models).path
    names = [f"2026-01-0{i}T00-00-00Z-aaaaa{i}" for i in (1, 2, 3)]
    for name in names:
        shutil.copytree(original, folder / name)
    promote(folder, names[0])
    return folder, names


def test_rollback_goes_back_step_by_step_and_says_when_there_is_no_more(three: tuple[Path, list[str]]) -> None:
    folder, (a, b, c) = three
    promote(folder, b)
    promote(folder, c)
    assert history(folder) == [a, b, c]
    assert (rollback(folder), current(folder)) == (b, b)
    assert (rollback(folder), current(folder)) == (a, a)
    with pytest.raises(ModelError, match="no earlier model"):
        rollback(folder)
    promote(folder, c)
    assert rollback(folder) == a


def test_promoting_what_is_in_use_adds_nothing_to_roll_back(three: tuple[Path, list[str]]) -> None:
    folder, (a, b, _) = three
    promote(folder, b)
    promote(folder, b)
    assert rollback(folder) == a


def test_a_forced_version_says_so_in_every_result_until_it_is_promoted_fairly(three: tuple[Path, list[str]]) -> None:
    folder, (a, b, c) = three
    promote(folder, b, forced=True, reasons=["on a slice, AUC falls"])
    assert load(folder).score(["x"])[0].to_dict()["forced"] is True
    assert "forced" not in load(folder, a).score(["x"])[0].to_dict()
    promote(folder, c)
    assert "forced" not in load(folder).score(["x"])[0].to_dict()
    assert rollback(folder) == b
    assert load(folder).score(["x"])[0].forced
    promote(folder, b)
    assert not load(folder).score(["x"])[0].forced
    moves = promotions(folder)
    assert moves[1]["reasons"] == ["on a slice, AUC falls"]
    assert [m["previous"] for m in moves] == [None, a, b, c, b]


def test_a_damaged_version_is_not_put_to_use(three: tuple[Path, list[str]]) -> None:
    folder, (a, b, _) = three
    (folder / b / "table.npz").write_bytes(b"")
    with pytest.raises(ModelChanged):
        promote(folder, b)
    assert current(folder) == a


def test_a_version_of_another_folder_is_not_pointed_at(three: tuple[Path, list[str]], models: Path) -> None:
    with pytest.raises(ModelError, match="copy the folder there"):
        promote(three[0], str(open_bundle(models).path))


@pytest.mark.parametrize(("logged", "used", "then"), [("promote", 0, None), ("rollback", 1, 0)])
def test_a_move_that_a_crash_cut_off_after_the_log_is_not_believed(
    three: tuple[Path, list[str]], logged: str, used: int, then: int | None
) -> None:
    folder, names = three
    if logged == "rollback":
        promote(folder, names[1])
    move = {"action": logged, "version": names[1 if logged == "promote" else 0], "forced": False}
    with (folder / "promotions.jsonl").open("a") as log:
        log.write(json.dumps(move) + "\n")
    assert current(folder) == names[used]
    if then is None:
        with pytest.raises(ModelError, match="no earlier model"):
            rollback(folder)
    else:
        assert rollback(folder) == names[then]


def test_half_a_line_in_the_log_is_passed_over(three: tuple[Path, list[str]]) -> None:
    folder, (a, b, _) = three
    with (folder / "promotions.jsonl").open("a") as log:
        log.write('{"action": "promote", "ver')
    promote(folder, b)
    assert history(folder) == [a, b]
    assert rollback(folder) == a


@pytest.mark.parametrize("moment", ["Path.replace", "os.fsync"])
def test_a_promotion_killed_midway_leaves_a_model_in_use(three: tuple[Path, list[str]], moment: str) -> None:
    folder, (a, b, _) = three
    code = (
        "import os, pathlib, signal, sys; from training.pointer import promote\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{'pathlib.' if moment.startswith('Path') else ''}{moment} = die\n"
        "promote(pathlib.Path(sys.argv[1]), sys.argv[2])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder), b], check=False)
    assert done.returncode == -signal.SIGKILL
    assert load(folder).name == a
    promote(folder, b)
    assert load(folder).name == b


def test_rollback_takes_under_a_second(three: tuple[Path, list[str]]) -> None:
    folder, (_, b, _) = three
    promote(folder, b)
    started = time.perf_counter()
    rollback(folder)
    assert time.perf_counter() - started < 1
