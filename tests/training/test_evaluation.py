from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from classifier import Model
from tests.training.files import record, sample
from training.comparison import compare, explain_moves
from training.evaluation import NAMED, UNNAMED, Evaluation, evaluate_model
from training.identities import identity_figures, named_identities
from training.label_errors import likely_errors
from training.labelled import Labelled, make_labelled
from training.metrics import at_prevalence
from training.report import build
from training.seeds import Seeds


@pytest.fixture(scope="module")
def posts(seeds: Seeds) -> list[Labelled]:
    """Return labelled posts, one of them with a wrong label."""
    made = [make_labelled({**record(p, i), "group": "ab"[i % 2]}, i) for i, p in enumerate(sample(seeds, 400))]
    return [post for post in made if isinstance(post, Labelled)]


@pytest.fixture(scope="module")
def evaluation(model: Model, posts: list[Labelled]) -> Evaluation:
    """Return the small model's evaluation."""
    return evaluate_model(model, posts)


def test_figures_have_intervals_that_hold_them(evaluation: Evaluation) -> None:
    figures = evaluation.figures()
    json.dumps(figures)
    for row in (figures["overall"], *figures["slices"].values()):
        for name in ("auc", "average_precision", "recall", "false_alarms"):
            interval = row[f"{name}_interval"]
            assert (row[name] is None) == (interval is None)
            if interval:
                assert interval[0] - 1e-9 <= row[name] <= interval[1] + 1e-9, name
    assert {NAMED, UNNAMED, "group=a", "lang=en", "kind=politics_and_protest"} <= set(figures["slices"])
    assert sum(figures["bands"].values()) == len(evaluation.posts)
    assert figures["overall"]["auc"] > 0.8


def test_precision_at_a_prevalence_is_bayes_rule() -> None:
    labels = np.array([True] * 100 + [False] * 900)
    scores = np.where(labels, 0.9, 0.1)
    scores[:20], scores[100:109] = 0.1, 0.9
    found = at_prevalence(labels, scores, 0.5, 0.001)
    assert found["recall"] == pytest.approx(0.8)
    assert found["precision"] == pytest.approx(0.0008 / (0.0008 + 0.999 * 0.01))
    assert found["precision_at_least"] < found["precision"]
    assert found["shown_per_million"] == round(1e6 * (0.0008 + 0.999 * 0.01))


def test_no_false_alarm_in_the_file_promises_no_perfect_precision() -> None:
    labels = np.array([True] * 50 + [False] * 300)
    found = at_prevalence(labels, labels.astype(float), 0.5, 0.001)
    assert found["precision"] == 1.0
    assert found["precision_at_least"] < 0.2


def test_thresholds_reach_their_recall(evaluation: Evaluation) -> None:
    rows = {row["name"]: row for row in evaluation.figures()["thresholds"]}
    assert list(rows) == ["review", "recall 10%", "recall 25%", "recall 50%", "recall 75%"]
    assert rows["recall 50%"]["recall"] >= 0.5


def test_a_file_of_one_class_is_judged_as_far_as_it_goes(model: Model, posts: list[Labelled], tmp_path: Path) -> None:
    benign = evaluate_model(model, [p for p in posts if not p.harmful][:30])
    figures = benign.figures()
    assert figures["overall"]["auc"] is None
    assert figures["thresholds"] == []
    made = build(model, benign, figures, {"file": "x", "sha256": None})
    made.write(tmp_path / "report")
    assert "reliability.png" in made.plots
    assert "precision_recall.png" not in made.plots


def test_identity_figures_on_posts_whose_truth_is_known() -> None:
    named = [frozenset({"norwegians"})] * 40 + [frozenset()] * 40
    harmful = np.array(([True] * 20 + [False] * 20) * 2)
    risks = np.array([0.9] * 20 + [0.7] * 20 + [0.6] * 20 + [0.1] * 20)
    (row,) = identity_figures(named, harmful, risks, 0.5)
    assert (row["subgroup_auc"], row["bpsn_auc"], row["bnsp_auc"], row["false_alarms"]) == (1.0, 0.0, 1.0, 1.0)
    assert identity_figures(named, harmful, risks, 0.5, fewest=41) == []


def test_identities_are_told_by_their_canonical_spelling(model: Model) -> None:
    results = model.score(["The NORWEGIANS next door", "the norwegians", "nobody"])
    assert named_identities(model.normalise, results) == [{"norwegians"}, {"norwegians"}, frozenset()]


def test_a_wrong_label_is_suspected() -> None:
    rng = np.random.default_rng(0)
    harmful = np.array([True] * 200 + [False] * 200)
    risks = np.clip(np.where(harmful, 0.85, 0.15) + rng.normal(0, 0.08, 400), 0.01, 0.99)
    harmful[[5, 300]], risks[[5, 300]] = (False, True), (0.97, 0.03)
    assert set(likely_errors(harmful, risks)) == {5, 300}
    assert likely_errors(np.ones(5, dtype=bool), np.ones(5)) == []


def test_a_comparison_counts_the_moves_by_slice(model: Model, evaluation: Evaluation) -> None:
    results = [
        dataclasses.replace(r, band="review" if r.band != "review" else "pass", logit=r.logit + 1) if i < 7 else r
        for i, r in enumerate(evaluation.results)
    ]
    after = Evaluation(evaluation.posts, results, evaluation.threshold)
    found = compare(model, model, evaluation, after)
    assert (found["posts"], found["moved"]) == (400, 7)
    assert sum(found["slices"]["all"].values()) == 7
    assert sum(found["slices"]["group=a"].values()) == 4
    assert len(found["shown"]) == 7


def test_the_same_model_moves_no_word(model: Model, posts: list[Labelled]) -> None:
    for move in explain_moves(model, model, posts[:20]):
        assert move.words == ()
        assert move.better is None


def test_a_report_shows_no_text_unless_asked(
    model: Model, posts: list[Labelled], evaluation: Evaluation, tmp_path: Path
) -> None:
    figures = evaluation.figures()
    build(model, evaluation, figures, {"file": "x|<b>.jsonl", "sha256": "0" * 64}).write(tmp_path / "plain")
    pages = {p.name: p.read_text() for p in (tmp_path / "plain").iterdir() if p.is_file()}
    assert set(pages) == {"report.html", "report.md", "metrics.json"}
    assert not [n for n, page in pages.items() for post in posts if post.text in page]
    assert "x|&lt;b&gt;.jsonl" in pages["report.html"]
    assert "x\\|&lt;b>.jsonl" in pages["report.md"]
    assert all(
        s in pages["report.md"] for s in ("## By slice", "## Most confident errors", "## Top weights", "safe to state")
    )
    assert '"terms": []' in pages["metrics.json"]
    shown = build(model, evaluation, figures, {"file": "x", "sha256": None}, show_text=True)
    errors = [e for found in shown.context["errors"].values() for e in found]
    assert errors
    assert all(e["terms"] for e in errors)
    shown.write(tmp_path / "shown")
    assert '<th class="words">terms</th>' in (tmp_path / "shown" / "report.html").read_text()


def test_the_same_posts_give_the_same_report(model: Model, evaluation: Evaluation) -> None:
    made = [build(model, evaluation, evaluation.figures(), {"file": "x", "sha256": None}) for _ in range(2)]
    assert made[0] == made[1]
