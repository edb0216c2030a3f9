from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from classifier import Model
from serve.app import create_app
from serve.settings import Settings

SECRET = "zebra-crossing"  # noqa: S105 (a word to look for)


@pytest.fixture
def fresh(model: Model) -> TestClient:
    """Return a client of a service that nobody has asked yet."""
    return TestClient(create_app(Settings.read({}, log_requests=False), model))


def test_posts_and_requests_are_counted(fresh: TestClient, model: Model) -> None:
    posts = [{"id": "1", "text": ""}, {"id": "2", "text": SECRET}]
    bands = [r["band"] for r in fresh.post("/v1/score", json={"posts": posts}).json()["results"]]
    fresh.post("/", data={"text": ""})
    fresh.get(f"/{SECRET}")
    fresh.request(SECRET.upper(), "/healthz")
    answer = fresh.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    shown = answer.text
    assert f'watchword_posts_scored_total{{band="pass"}} {bands.count("pass") + 1:.1f}' in shown
    assert "watchword_batch_posts_sum 3.0" in shown
    assert 'watchword_requests_total{method="POST",path="/v1/score",status="200"} 1.0' in shown
    assert 'watchword_requests_total{method="GET",path="-",status="404"} 1.0' in shown
    assert 'watchword_request_seconds_count{path="/v1/score"} 1.0' in shown
    assert f'watchword_model_info{{basis="{model.policy.basis}",model="{model.name}"}} 1.0' in shown
    assert SECRET.lower() not in shown.lower()


def test_services_count_apart(model: Model) -> None:
    first, second = (TestClient(create_app(Settings.read({}, log_requests=False), model)) for _ in range(2))
    first.get("/healthz")
    assert 'path="/healthz"' not in second.get("/metrics").text
