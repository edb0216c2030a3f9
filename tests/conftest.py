"""Fixtures that every test may use: a small model, trained once from the real seeds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from classifier import Model, load
from classifier.reader import Reader
from training.fit import Recipe
from training.publish import promote, publish
from training.seeds import Seeds, default_seeds, read_seeds
from training.trainer import Trained, train

settings.register_profile("ci", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")

#: Enough of everything to behave like the default model, little enough to train in seconds.
SMALL = Recipe(rows=1, words=10_000, chars=16_000, folds=2)


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    """Return the seeds of the repository."""
    return read_seeds(default_seeds())


@pytest.fixture(scope="session")
def read(seeds: Seeds) -> Reader:
    """Return what makes a text canonical with the names of the seeds."""
    return Reader(seeds.gazetteer.compile())


@pytest.fixture(scope="session")
def trained() -> Trained:
    """Return a small model, trained but not written."""
    return train(default_seeds(), recipe=SMALL)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory, worker_id: str, request: pytest.FixtureRequest) -> Path:
    """Return a models folder with a small model in use; parallel workers share one."""
    root = tmp_path_factory.getbasetemp()
    shared = (root if worker_id == "master" else root.parent) / "models"
    lock = shared.with_name("models.lock")
    with lock.open("w") as handle:
        _lock(handle.fileno())
        if not (shared / "current").exists():
            shutil.rmtree(shared, ignore_errors=True)
            promote(shared, publish(request.getfixturevalue("trained"), shared).name)
    return shared


def _lock(descriptor: int) -> None:
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)


@pytest.fixture(scope="session")
def model(models: Path) -> Model:
    """Return the small model, loaded."""
    return load(models)


@pytest.fixture(scope="session")
def pipeline(model: Model) -> object:
    """Return the fitted scikit-learn pipeline of the small model."""
    import io

    import joblib

    return joblib.load(io.BytesIO(model.bundle.read("pipeline.joblib")))
