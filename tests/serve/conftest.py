"""The service over the small model, without a network."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from classifier import Model
from serve.app import create_app
from serve.settings import Settings


@pytest.fixture(scope="session")
def log() -> io.StringIO:
    """Return where the service writes its log."""
    return io.StringIO()


@pytest.fixture(scope="session")
def app(model: Model, log: io.StringIO) -> FastAPI:
    """Return the service with settings as shipped."""
    return create_app(Settings.read({}), model, log)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of the running service."""
    with TestClient(app) as running:
        yield running
