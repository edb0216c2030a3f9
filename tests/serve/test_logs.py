from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from starlette.testclient import TestClient

from classifier import Model
from classifier.records import Record
from serve.app import create_app
from serve.headers import HEADERS
from serve.settings import Settings

SECRET = "zebra-crossing"  # noqa: S105 (a word to look for)


class BrokenModel(Model):
    """A model that fails on some posts, with the post in its message, as errors of libraries have it."""

    def records(self, ids: Sequence[str], texts: Sequence[str], terms: int = 5) -> list[Record]:
        """Fail on a post that says so."""
        for text in texts:
            if "fail" in text:
                raise ValueError(text)
        return super().records(ids, texts, terms)


def test_a_line_of_json_a_request(client: TestClient, log: io.StringIO) -> None:
    before = len(log.getvalue())
    client.post("/v1/score", json={"posts": [{"id": SECRET, "text": SECRET}] * 3}, headers={"X-Request-ID": "r-1"})
    client.get(f"/{SECRET}?q={SECRET}", headers={"User-Agent": SECRET, "X-Request-ID": f"no {SECRET}"})
    lines = [json.loads(line) for line in log.getvalue()[before:].splitlines()]
    assert [(x["method"], x["path"], x["status"], x["posts"]) for x in lines] == [
        ("POST", "/v1/score", 200, 3),
        ("GET", "-", 404, None),
    ]
    assert lines[0]["request_id"] == "r-1"
    assert lines[0]["ms"] > 0
    assert SECRET not in log.getvalue()


def test_a_request_has_an_id(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc.1"}).headers["x-request-id"] == "abc.1"
    assert len(client.get("/healthz", headers={"X-Request-ID": "a b"}).headers["x-request-id"]) == 32
    answer = client.get("/nowhere")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("page", [False, True])
def test_an_unexpected_error_is_a_problem_and_keeps_the_text_to_itself(model: Model, *, page: bool) -> None:
    log = io.StringIO()
    with TestClient(create_app(Settings.read({}), BrokenModel(model.bundle), log)) as client:
        text = f"fail {SECRET}"
        answer = (
            client.post("/", data={"text": text})
            if page
            else client.post("/v1/score", json={"posts": [{"id": "1", "text": text}]})
        )
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert answer.json()["type"] == "urn:watchword:problem:internal-error"
        assert client.get("/healthz").status_code == 200
    assert SECRET not in answer.text
    assert SECRET not in log.getvalue()
    error = json.loads(log.getvalue().splitlines()[0])
    assert (error["event"], error["type"], error["request_id"]) == ("error", "ValueError", answer.json()["request_id"])
    assert any("records" in place for place in error["at"])


def test_requests_need_not_be_logged(model: Model) -> None:
    log = io.StringIO()
    with TestClient(create_app(Settings.read({}, log_requests=False), model, log)) as client:
        client.get("/healthz")
    assert log.getvalue() == ""
