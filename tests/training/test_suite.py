from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from classifier import Model
from training.functional import Functional
from training.slices import worse
from training.suite import default_suite, functional_shares, judge_on


@pytest.fixture(scope="module")
def functional(model: Model) -> Functional:
    """Return the small model's figures on the repository's suite."""
    found = judge_on(model, default_suite())
    assert found is not None
    return found


def test_the_suite_of_the_repository_is_found() -> None:
    assert default_suite() == Path(__file__).resolve().parents[1] / "functional"


def test_a_model_does_not_lose_against_itself(functional: Functional) -> None:
    shares = list(functional_shares(functional))
    assert {"AUC of all", "AUC of en", "AUC of politics_and_protest", "AUC of threat"} <= {s.name for s in shares}
    assert not list(worse(shares, shares, 0.0))


def test_a_loss_on_the_suite_is_named(functional: Functional) -> None:
    rows = tuple(
        dataclasses.replace(r, auc=0.1) if r.name == "politics_and_protest" else r for r in functional.sections["kind"]
    )
    after = dataclasses.replace(functional, sections={**functional.sections, "kind": rows})
    (reason,) = worse(functional_shares(functional), functional_shares(after), 0.02)
    assert reason.startswith("AUC of politics_and_protest falls from")


def test_without_a_suite_nothing_is_compared(model: Model) -> None:
    assert judge_on(model, None) is None
    assert list(functional_shares(None)) == []
