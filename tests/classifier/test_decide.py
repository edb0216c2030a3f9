from __future__ import annotations

import pytest

from classifier import ModelError
from classifier.decide import Policy

POLICY = Policy(review=0.6, flag=0.9, basis="labels", promise='at most "5 %"', coverage=0.5, languages=("en",))


@pytest.mark.parametrize(
    ("risk", "lang", "coverage", "expected"),
    [
        (0.95, "en", 1.0, "flag"),
        (0.9, "fr", 0.0, "flag"),
        (0.6, "fr", 0.0, "review"),
        (0.59, "en", 1.0, "pass"),
        (0.59, "fr", 1.0, "unknown"),
        (0.59, "en", 0.4, "unknown"),
    ],
)
def test_unknown_replaces_pass_only(risk: float, lang: str, coverage: float, expected: str) -> None:
    assert POLICY.band(risk, lang, coverage, empty=False) == expected


def test_nothing_to_judge_passes() -> None:
    assert POLICY.band(0.99, "und", 0.0, empty=True) == "pass"


def test_without_a_flag_threshold_review_is_the_highest() -> None:
    assert Policy(review=0.6).band(1.0, "en", 1.0, empty=False) == "review"


def test_a_policy_survives_its_file() -> None:
    assert Policy.from_toml(POLICY.to_toml()) == POLICY


@pytest.mark.parametrize(
    "text", ["", "[bands", POLICY.to_toml().replace("labels", "taste"), POLICY.to_toml().replace("0.9", "0.1")]
)
def test_a_bad_policy_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match=r"policy\.toml"):
        Policy.from_toml(text)
