from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from classifier import load
from classifier.bundle import open_bundle
from tests.classifier.commands.test_score import watchword
from training.pointer import promote


def test_the_commands_promote_and_roll_back_and_say_so(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    original = open_bundle(models).path
    for name in ("one", "two"):
        shutil.copytree(original, folder / name)
    promote(folder, "one")
    done = watchword("models", "promote", "two", "--models", str(folder))
    assert (done.returncode, done.stdout) == (0, b"in use from now on: two\n"), done.stderr
    started = time.perf_counter()
    done = watchword("models", "rollback", "--models", str(folder))
    assert (done.returncode, done.stdout) == (0, b"in use again: one\n")
    assert time.perf_counter() - started < 2.5  # the interpreter's start and a busy machine included
    assert load(folder).name == "one"


def test_rolling_back_loads_no_heavy_library() -> None:
    code = (
        "import sys, training.pointer, training.commands.models, training.commands.labels, training.commands.train\n"
        "import training.commands.calibrate, training.commands.evaluate\n"
        "print([m for m in ('sklearn', 'scipy', 'joblib', 'matplotlib', 'cleanlab', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
