"""Publishing: a killed run leaves the model in use and nothing that anybody sees; a new policy keeps the table."""

from __future__ import annotations

import dataclasses
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import ModelError, load
from classifier.bundle import names, open_bundle
from tests.training.files import record, sample, write_jsonl
from training.publish import publish_policy, write_version
from training.seeds import Seeds


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    """Return a models folder that a test may spoil."""
    return Path(shutil.copytree(models, tmp_path / "models"))


def test_a_new_policy_is_a_new_version_with_the_same_table(copy: Path) -> None:
    parent = open_bundle(copy)
    policy = dataclasses.replace(parent.policy(), review=0.123456, basis="traffic", promise="Promised | so much.")
    published = publish_policy(parent, copy, policy, {"posts": 7, "flag_rate": 0.01})
    child = open_bundle(copy, published.name)
    child.verify()
    assert child.read("table.npz") == parent.read("table.npz")
    assert child.policy() == policy
    assert child.manifest["parent"] == parent.name
    assert child.manifest["training"] == parent.manifest["training"]
    assert child.manifest["libraries"] == parent.manifest["libraries"]
    assert child.manifest["calibration"] == {"posts": 7, "flag_rate": 0.01}
    card = child.read("card.md").decode()
    assert card.startswith(f"# Model {child.name}\n")
    assert "Promised | so much. Review from risk 0.1235; no post is flagged." in card
    assert card.count("## How the bands were set") == 1
    assert "- flag rate: 0.01" in card
    assert load(copy).name == parent.name
    again = publish_policy(child, copy, dataclasses.replace(policy, review=0.2), {"posts": 8})
    assert open_bundle(copy, again.name).read("card.md").decode().count("## How the bands were set") == 1
    assert load(copy, published.name[-6:]).name == published.name


def test_a_version_never_changes(copy: Path) -> None:
    with pytest.raises(ModelError, match="a version never changes"):
        write_version(copy, names(copy)[-1], {"x": b""}, {})


@pytest.mark.parametrize("patch", ["pathlib.Path.rename = die", "shutil.rmtree = die", "publish.write_synced = half"])
def test_a_publication_killed_midway_leaves_the_model_in_use(copy: Path, patch: str) -> None:
    before = load(copy).name
    code = (
        "import os, pathlib, shutil, signal, sys; from training import publish\n"
        "def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\n"
        "def half(path, data): path.write_bytes(data[:1]); die()\n"
        f"{patch}\n"
        "publish.write_version(pathlib.Path(sys.argv[1]), 'new', {'table.npz': b'abc', 'plots/x.png': b'x'}, {})\n"
        "die()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(copy)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [n for n in names(copy) if n != "new"] == [before]
    assert load(copy).name == before
    if patch.startswith("shutil"):
        return  # killed after the rename: the version is whole
    assert names(copy) == [before]
    assert [p.name for p in copy.iterdir() if p.name.endswith(".draft")] == [".new.draft"]
    write_version(copy, "newer", {"table.npz": b"abc"}, {})
    assert not [p for p in copy.iterdir() if p.name.endswith(".draft")]


@pytest.mark.parametrize("step", ["features", "publish"])
def test_a_training_killed_midway_leaves_the_model_in_use(copy: Path, seeds: Seeds, tmp_path: Path, step: str) -> None:
    before, listed = load(copy).name, names(copy)
    labels = write_jsonl(tmp_path / "labels.jsonl", (record(p, i) for i, p in enumerate(sample(seeds, 40))))
    where = "training.trainer.build_features" if step == "features" else "training.publish.to_bytes"
    code = (
        "import functools, os, signal, sys, training.fit, training.publish, training.trainer as t\n"
        "t.Recipe = functools.partial(t.Recipe, rows=1, words=500, chars=500, folds=2)\n"
        "def die(*a, **k): os.killpg(0, signal.SIGKILL)\n"
        f"{where} = die\n"
        "from classifier.commands.root import main; main()"
    )
    command = [sys.executable, "-c", code, "train", "--labels", str(labels), "--out", str(copy), "--promote"]
    done = subprocess.run(command, check=False, capture_output=True, start_new_session=True)
    assert done.returncode == -signal.SIGKILL
    assert (load(copy).name, names(copy)) == (before, listed)
