"""The promises, checked against many samples whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from classifier import TrainingError
from training.guarantees import (
    at_least_precise,
    at_most_missed,
    at_most_rate,
    lower_share,
    misses_needed,
    precision_needed,
    rate_needed,
    share_interval,
    upper_share,
)

RUNS = 2000


@pytest.mark.parametrize(("count", "rate"), [(598, 0.005), (1000, 0.02), (5000, 0.005)])
def test_a_rate_is_kept_in_95_of_100_samples(count: int, rate: float) -> None:
    rng = np.random.default_rng(1)
    # The risk of a new post is uniform, so the true rate above a threshold is one minus the threshold.
    true = np.array([1 - at_most_rate(rng.random(count), rate).threshold for _ in range(RUNS)])
    assert (true > rate).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert true.mean() > rate * 0.15


@pytest.mark.parametrize(("count", "rate"), [(19, 0.05), (60, 0.05), (500, 0.1)])
def test_a_miss_rate_is_kept_on_average(count: int, rate: float) -> None:
    rng = np.random.default_rng(2)
    missed = np.array([at_most_missed(rng.random(count), rate).threshold for _ in range(RUNS)])
    assert missed.mean() <= rate + 3 * missed.std() / np.sqrt(RUNS)
    assert missed.mean() >= rate - 1 / (count + 1) - 3 * missed.std() / np.sqrt(RUNS)


def test_the_stated_bound_of_a_miss_rate_holds_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(3)
    promises = [at_most_missed(rng.random(100), 0.1) for _ in range(RUNS)]
    broken = np.mean([p.threshold > p.bound for p in promises])
    assert broken <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)


def test_a_miss_rate_with_ties_still_holds() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        risks = rng.integers(0, 4, 40) / 4
        promise = at_most_missed(risks, 0.1)
        assert ((risks < promise.threshold).sum() + 1) / 41 <= 0.1


def test_a_precision_is_kept_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(5)
    broken = given = 0
    for _ in range(400):
        risks = rng.random(1500)
        harmful = rng.random(1500) < risks**3
        try:
            threshold = at_least_precise(risks, harmful, 0.7).threshold
        except TrainingError:
            continue
        given += 1
        broken += (1 - threshold**4) / 4 / (1 - threshold) < 0.7  # the mean of r³ over (threshold, 1)
    assert given > 300
    assert broken / given <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / given)


def test_the_lowest_numbers_needed() -> None:
    assert (rate_needed(0.005), rate_needed(0.01), misses_needed(0.05), precision_needed(0.8)) == (598, 299, 19, 24)


@pytest.mark.parametrize("count", [0, 1, 18])
def test_too_few_harmful_posts_are_refused_with_the_number_needed(count: int) -> None:
    with pytest.raises(TrainingError, match="at least 19 are needed"):
        at_most_missed(np.ones(count), 0.05)


def test_too_little_traffic_is_refused_with_the_number_needed() -> None:
    with pytest.raises(TrainingError, match="at least 598 are needed"):
        at_most_rate(np.linspace(0, 1, 597), 0.005)


def test_too_few_flags_are_refused_with_a_number_or_the_best_precision() -> None:
    with pytest.raises(TrainingError, match="at least 25 are needed"):
        at_least_precise(np.ones(20), np.ones(20, dtype=bool), 0.8)
    rng = np.random.default_rng(6)
    with pytest.raises(TrainingError, match="no threshold can be promised"):
        at_least_precise(rng.random(500), rng.random(500) < 0.2, 0.8)
    risks = np.linspace(0, 1, 60)
    with pytest.raises(TrainingError, match=r"about \d+ labelled posts above that risk are needed"):
        at_least_precise(risks, (risks > 0.5) & (np.arange(60) % 8 > 0), 0.8)


def test_exact_bounds_agree_with_tables() -> None:
    assert upper_share(0, 59) == pytest.approx(0.0495, abs=1e-4)
    assert lower_share(59, 59) == pytest.approx(1 - 0.0495, abs=1e-4)
    assert (upper_share(3, 3), lower_share(0, 3), share_interval(0, 0)) == (1.0, 0.0, None)
    assert share_interval(5, 10) == pytest.approx((0.187, 0.813), abs=1e-3)
