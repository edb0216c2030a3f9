from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from serve.headers import HEADERS


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/v1/model", "/healthz", "/metrics", "/nowhere", "/static/page.css"]
)
def test_every_answer_carries_them(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")


def test_nothing_foreign_and_nothing_inline_may_run() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
