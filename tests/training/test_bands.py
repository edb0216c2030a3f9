from __future__ import annotations

import numpy as np
import pytest

from classifier.decide import Policy
from training.bands import labels_policy, traffic_policy

RISKS = np.random.default_rng(0).random(2000)
HARMFUL = np.random.default_rng(1).random(2000) < RISKS**2
POLICY = Policy(review=0.5, coverage=0.4, languages=("en",), severe=0.3, state_lists=("IN",))


def test_traffic_sets_both_bands_and_keeps_the_rest() -> None:
    policy, facts = traffic_policy(POLICY, RISKS, 0.01)
    assert policy.basis == "traffic"
    assert policy.flag is not None
    assert policy.review < policy.flag
    assert (policy.flag <= RISKS).mean() <= 0.01
    assert (policy.review <= RISKS).mean() <= 0.04
    assert (policy.coverage, policy.languages, policy.severe, policy.state_lists) == (0.4, ("en",), 0.3, ("IN",))
    assert "95%" in policy.promise
    assert "2000 posts" in policy.promise
    assert "1 %" in policy.promise
    assert facts["flag_rate"] == 0.01


def test_a_review_rate_of_its_own_is_kept() -> None:
    policy, _ = traffic_policy(POLICY, RISKS, 0.01, 0.01)
    assert policy.review == policy.flag


def test_labels_set_review_and_flag_only_where_asked() -> None:
    policy, facts = labels_policy(POLICY, RISKS, HARMFUL, 0.05)
    assert (policy.basis, policy.flag) == ("labels", None)
    assert (RISKS[HARMFUL] < policy.review).mean() <= 0.05
    assert str(int(HARMFUL.sum())) in policy.promise
    assert "On average at most 5 %" in policy.promise
    assert facts["missed_at_most"] > facts["missed_in_sample"]
    policy, facts = labels_policy(POLICY, RISKS, HARMFUL, 0.05, 0.6)
    assert policy.flag is not None
    assert policy.flag >= policy.review
    assert facts["precision_in_sample"] >= 0.6
    assert "60 %" in policy.promise


def test_a_flag_below_review_lowers_review_and_keeps_both_promises() -> None:
    policy, _ = labels_policy(POLICY, RISKS, RISKS > 0.1, 0.9, 0.6)
    assert policy.flag == policy.review


@pytest.mark.parametrize("rate", [0.005, 0.02])
def test_a_policy_survives_its_file(rate: float) -> None:
    policy, _ = traffic_policy(POLICY, RISKS, rate)
    assert Policy.from_toml(policy.to_toml()) == policy
