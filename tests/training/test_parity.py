"""Nothing is published that does not score as the fitted pipeline does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from classifier import ModelError
from training.parity import check_parity
from training.publish import publish
from training.trainer import Trained

SMALL = 4e-5


def spoilt(trained: Trained, part: str) -> Trained:
    """Return a model whose table differs a little from its pipeline."""
    table = trained.table
    if part == "bias":
        return dataclasses.replace(trained, table=dataclasses.replace(table, bias=table.bias + SMALL))
    channel = getattr(table, part)
    changed = dataclasses.replace(channel, weights=channel.weights + SMALL)
    return dataclasses.replace(trained, table=dataclasses.replace(table, **{part: changed}))


def test_table_and_compiled_scorer_are_the_pipeline(trained: Trained) -> None:
    assert check_parity(trained) < 1e-9


@pytest.mark.parametrize("part", ["bias", "words", "chars"])
def test_a_table_that_differs_is_not_published(trained: Trained, tmp_path: Path, part: str) -> None:
    with pytest.raises(ModelError, match="nothing was published"):
        publish(spoilt(trained, part), tmp_path)
    assert list(tmp_path.iterdir()) == []
