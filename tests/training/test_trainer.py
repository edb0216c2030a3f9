"""A whole training: what the folder holds, and that it can be trusted."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from classifier import ModelError, load
from classifier.bundle import names, open_bundle
from classifier.labels import CATEGORIES, HEADS
from classifier.table import to_bytes
from training.calibrate import fit_affine, upper_quantile
from training.fit import Recipe
from training.parity import check_parity
from training.publish import promote, publish, rollback
from training.seeds import default_seeds
from training.trainer import STEPS, Trained, train


def test_a_model_folder_holds_what_the_design_says(models: Path) -> None:
    folder = models / names(models)[-1]
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == {
        "manifest.json",
        "pipeline.joblib",
        "table.npz",
        "lexicon.json",
        "policy.toml",
        "card.md",
        "metrics.json",
        "plots/reliability.png",
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["training"]["seed"] == Recipe().seed
    assert manifest["libraries"]["scikit-learn"]
    assert not [p for p in models.iterdir() if p.name.endswith(".draft")]
    assert "## Not for" in (folder / "card.md").read_text()


def test_the_same_seeds_give_the_same_table() -> None:
    tiny = Recipe(rows=1, words=500, chars=800, folds=2)
    one, other = (to_bytes(train(default_seeds(), recipe=tiny).table) for _ in range(2))
    assert one == other


def test_the_table_scores_as_the_pipeline_does(trained: Trained) -> None:
    assert check_parity(trained) < 1e-9


def test_a_table_that_differs_is_not_published(trained: Trained, tmp_path: Path) -> None:
    table = dataclasses.replace(trained.table, bias=trained.table.bias + 0.01)
    with pytest.raises(ModelError, match="differs from the pipeline"):
        publish(dataclasses.replace(trained, table=table), tmp_path)
    assert not list(tmp_path.iterdir())


def test_held_out_families_are_told_apart_better_than_by_chance(trained: Trained) -> None:
    assert trained.metrics["overall"]["auc"] > 0.7
    for category in CATEGORIES:
        assert trained.metrics["categories"][category]["auc"] > 0.6, category


def test_the_review_promise_holds_on_held_out_benign_posts(trained: Trained) -> None:
    assert trained.metrics["overall"]["false_alarms"] <= 0.01
    assert trained.policy.basis == "synthetic"
    assert trained.policy.flag is None


def test_every_step_is_announced() -> None:
    seen: list[str] = []
    train(default_seeds(), recipe=Recipe(rows=1, words=300, chars=300, folds=2), tick=seen.append)
    assert [*seen, "publish"] == list(STEPS)


def test_promote_and_rollback_move_the_pointer(trained: Trained, tmp_path: Path) -> None:
    first = publish(trained, tmp_path)
    promote(tmp_path, first.name)
    second = publish(
        dataclasses.replace(trained, table=dataclasses.replace(trained.table, known=("x",))), tmp_path, first.name
    )
    promote(tmp_path, second.name)
    assert load(tmp_path).name == second.name
    assert open_bundle(tmp_path).manifest["parent"] == first.name
    assert rollback(tmp_path) == first.name
    assert load(tmp_path).name == first.name


def test_rollback_without_a_past_says_so(trained: Trained, tmp_path: Path) -> None:
    promote(tmp_path, publish(trained, tmp_path).name)
    with pytest.raises(ModelError, match="no earlier model"):
        rollback(tmp_path)


def test_the_pipeline_needs_scikit_learn_only(models: Path) -> None:
    import subprocess
    import sys

    path = models / names(models)[-1] / "pipeline.joblib"
    code = (
        "import sys, joblib; p = joblib.load(sys.argv[1]); print(p.predict_proba(['some words']).shape[1]);"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('classifier', 'training')]"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True, cwd="/")
    assert int(done.stdout) == len(HEADS)


def test_calibration_recovers_a_known_map() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=20_000)
    labels = (rng.random(20_000) < 1 / (1 + np.exp(-(2 * scores - 1)))).astype(np.int8)
    slope, offset = fit_affine(scores, labels, np.ones(20_000))
    assert slope == pytest.approx(2, abs=0.1)
    assert offset == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.5, 1.0])
def test_a_threshold_keeps_its_rate_with_ties(rate: float) -> None:
    values = np.array([0.1, 0.2, 0.2, 0.2, 0.9] * 20)
    assert (values >= upper_quantile(values, rate)).mean() <= rate
