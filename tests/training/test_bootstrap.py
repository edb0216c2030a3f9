from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from training.bootstrap import MOST_DISTINCT, curve_band, figures, intervals


def counts(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, place = np.unique(-scores, return_inverse=True)
    sides = (np.bincount(place[at], minlength=len(values)) for at in (labels, ~labels))
    harmful, benign = (side[np.newaxis].astype(float) for side in sides)
    return harmful, benign


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_figures_are_those_of_scikit_learn_ties_included(decimals: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.random(400) < 0.3
    scores = np.round(rng.normal(size=400) + labels, decimals)
    auc, precision = figures(*counts(labels, scores))
    assert auc[0] == pytest.approx(roc_auc_score(labels, scores))
    assert precision[0] == pytest.approx(average_precision_score(labels, scores))


def test_intervals_are_those_of_a_plain_loop() -> None:
    rng = np.random.default_rng(1)
    labels = rng.random(300) < 0.4
    scores = rng.normal(size=300) + labels
    plain = []
    for _ in range(1000):
        drawn = np.concatenate([rng.choice(np.flatnonzero(side), side.sum()) for side in (labels, ~labels)])
        plain.append(roc_auc_score(labels[drawn], scores[drawn]))
    found = intervals(labels, scores).auc
    assert found == pytest.approx(tuple(np.percentile(plain, (2.5, 97.5))), abs=0.01)
    assert intervals(labels, scores).auc == found


def test_joining_neighbours_changes_next_to_nothing() -> None:
    rng = np.random.default_rng(2)
    labels = rng.random(3 * MOST_DISTINCT) < 0.3
    scores = rng.normal(size=len(labels)) + labels
    found = intervals(labels, scores, 200)
    assert found.auc is not None
    assert found.average_precision is not None
    assert found.auc[0] < roc_auc_score(labels, scores) < found.auc[1]
    assert found.average_precision[0] < average_precision_score(labels, scores) < found.average_precision[1]


def test_one_class_has_no_interval() -> None:
    assert intervals(np.ones(5, dtype=bool), np.arange(5.0)).auc is None


def test_the_band_of_a_curve_holds_the_curve() -> None:
    rng = np.random.default_rng(3)
    labels = rng.random(500) < 0.5
    scores = rng.normal(size=500) + 2 * labels
    low, high = curve_band(labels, scores, np.array([0.2, 0.5, 1.0]))
    assert (low <= high).all()
    assert low[2] <= 0.6
