from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from serve.limits import BodyLimit

LIMIT = 10


async def echo(_: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body's length."""
    message = await receive()
    assert not message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(message["body"])).encode()})


def ask(chunks: list[Any], *, method: str = "POST", length: bytes | None = None, timeout: float = 1) -> list[Message]:
    """Send chunks through the middleware; a number is a pause, None a client that leaves."""
    sent: list[Message] = []

    async def receive() -> Message:
        chunk = chunks.pop(0)
        while isinstance(chunk, float):
            await asyncio.sleep(chunk)
            chunk = chunks.pop(0)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [] if length is None else [(b"content-length", length)]
    scope: Scope = {"type": "http", "method": method, "headers": headers}
    asyncio.run(BodyLimit(echo, LIMIT, timeout)(scope, receive, send))
    return sent


@pytest.mark.parametrize("chunks", [[b""], [b"x" * 10], [b"x" * 5, b"y" * 5], [b"x"] * 10])
def test_a_body_within_the_limit_arrives_whole(chunks: list[bytes]) -> None:
    size = sum(map(len, chunks))
    start, body = ask(chunks)
    assert start["status"] == 200
    assert body["body"] == str(size).encode()


@pytest.mark.parametrize("chunks", [[b"x" * 11], [b"x" * 5, b"y" * 6, b"never read"], [b"x"] * 11])
def test_a_streamed_body_over_the_limit_is_413(chunks: list[bytes]) -> None:
    assert_problem(ask(chunks), 413)


def test_a_declared_length_is_refused_unread() -> None:
    assert_problem(ask([], length=b"11"), 413)
    assert_problem(ask([], length=b"9" * 5000), 413)


def test_a_wrong_length_does_not_get_past() -> None:
    assert_problem(ask([b"x" * 11], length=b"3"), 413)
    assert_problem(ask([b"x" * 11], length=b"-3"), 413)


def test_a_body_that_trickles_is_408() -> None:
    assert_problem(ask([b"x", 0.5, b"y"], timeout=0.05), 408)


def test_nobody_is_answered_who_left() -> None:
    assert ask([b"x", None, b"y"]) == []


def test_what_has_no_body_is_not_read() -> None:
    assert ask([b"x"], method="GET")[0]["status"] == 200


def assert_problem(sent: list[Message], status: int) -> None:
    start, body = sent
    assert start["status"] == status
    assert (b"connection", b"close") in start["headers"]
    assert json.loads(body["body"])["status"] == status


def test_a_mebibyte_is_the_service_s_limit(client: TestClient) -> None:
    padding = " " * (1 << 20)
    for extra, status in ((0, 200), (1, 413)):
        body = ('{"posts": []}' + padding)[: (1 << 20) + extra]
        answer = client.post("/v1/score", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
    assert answer.json()["type"] == "urn:watchword:problem:body-too-large"
    assert "1048576" in answer.json()["detail"]
    assert "request_id" in answer.json()
