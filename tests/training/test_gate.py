from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classifier import InputError, ModelError, load
from classifier.bundle import current, open_bundle, promotions
from tests.training.files import record, sample, write_jsonl
from training.commands.models import DEFAULT_MARGIN
from training.gate import MARGIN, Yardstick, promote_checked
from training.pointer import promote
from training.seeds import Seeds
from training.slices import Share, worse

NO_SUITE = Yardstick()


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    """Return a models folder with a version in use."""
    folder = tmp_path / "models"
    shutil.copytree(open_bundle(models).path, folder / "old")
    promote(folder, "old")
    return folder


def candidate(folder: Path, change: Callable[[dict[str, Any]], object], file: str = "metrics.json") -> str:
    """Make a version whose figures differ."""
    path = Path(shutil.copytree(folder / "old", folder / "new"))
    if file == "metrics.json":
        metrics = json.loads((path / file).read_text())
        change(metrics)
        data = json.dumps(metrics).encode()
    else:
        data = str(change({"text": (path / file).read_text()})).encode()
    (path / file).write_bytes(data)
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["files"][file] = hashlib.sha256(data).hexdigest()
    (path / "manifest.json").write_text(json.dumps(manifest))
    return "new"


def raise_protest(metrics: dict[str, Any]) -> None:
    metrics["kinds"]["politics_and_protest"]["reviewed"] = 0.3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m["overall"].update(auc=m["overall"]["auc"] - 0.05), "AUC falls from"),
        (lambda m: m["languages"]["ur"].update(auc=0.3), "AUC in ur falls from"),
        (lambda m: m["categories"]["threat"].update(auc=0.1), "AUC of threat falls from"),
        (raise_protest, "share of politics_and_protest left alone falls from"),
        (lambda m: m["kinds"].pop("politics_and_protest"), "politics_and_protest left alone is not measured any more"),
    ],
)
def test_a_loss_on_a_slice_is_refused_with_the_reason(
    copy: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    name = candidate(copy, change)
    with pytest.raises(ModelError, match=reason):
        promote_checked(copy, name, NO_SUITE)
    assert current(copy) == "old"
    assert len(promotions(copy)) == 1


def test_force_promotes_and_every_result_says_so(copy: Path) -> None:
    name = candidate(copy, raise_protest)
    promotion = promote_checked(copy, name, NO_SUITE, force=True)
    assert len(promotion.reasons) == 1
    assert promotions(copy)[-1]["forced"] is True
    assert "politics_and_protest" in promotions(copy)[-1]["reasons"][0]
    assert load(copy).score(["x"])[0].to_dict()["forced"] is True


def test_force_without_a_reason_forces_nothing(copy: Path) -> None:
    promote_checked(copy, candidate(copy, lambda m: m), NO_SUITE, force=True)
    assert "forced" not in load(copy).score(["x"])[0].to_dict()


def test_a_loss_within_the_margin_is_allowed(copy: Path) -> None:
    name = candidate(copy, lambda m: m["overall"].update(auc=m["overall"]["auc"] - 0.05))
    assert promote_checked(copy, name, Yardstick(margin=0.06)).name == "new"


def test_the_first_version_and_one_after_a_broken_one_pass(copy: Path) -> None:
    name = candidate(copy, raise_protest)
    (copy / "old" / "table.npz").write_bytes(b"")
    assert promote_checked(copy, name, NO_SUITE).name == "new"
    shutil.rmtree(copy / "old")
    (copy / "current").unlink()
    assert promote_checked(copy, name, NO_SUITE).name == "new"


def test_a_loss_on_the_golden_set_is_refused(copy: Path, seeds: Seeds, tmp_path: Path) -> None:
    golden = write_jsonl(tmp_path / "golden.jsonl", (record(p, i) for i, p in enumerate(sample(seeds, 300))))
    name = candidate(
        copy, lambda m: m["text"].replace(f"review = {load(copy).policy.review!r}", "review = 0.0"), "policy.toml"
    )
    with pytest.raises(ModelError, match="on the golden set, posts banded right falls from"):
        promote_checked(copy, name, Yardstick(golden=golden))
    assert promote_checked(copy, name, NO_SUITE).name == "new"
    (tmp_path / "bad.jsonl").write_text("{}\n")
    with pytest.raises(InputError, match="row 1"):
        promote_checked(copy, "old", Yardstick(golden=tmp_path / "bad.jsonl"))


def test_small_slices_may_fall_by_two_cases() -> None:
    old = [Share("a", 1.0, 10), Share("b", 1.0, 1000), Share("c", 0.5, 10)]
    assert not list(worse(old, [Share("a", 0.8, 10), Share("b", 0.981, 1000)], 0.02))
    assert len(list(worse(old, [Share("a", 0.7, 10), Share("b", 0.97, 1000)], 0.02))) == 2


def test_the_command_states_the_same_margin() -> None:
    assert DEFAULT_MARGIN == MARGIN
