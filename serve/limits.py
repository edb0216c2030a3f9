"""How much a client may send, and how long it may take over it: a pure ASGI middleware."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.problems import Problem, problem_response

_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class BodyLimit:
    """Read a whole body before the application sees any of it, or refuse it.

    A body is refused by its Content-Length before a byte of it is read, and by counting while it arrives; a client that
    trickles is cut off at the deadline.

    Parameters
    ----------
    app
        The application behind it.
    limit
        Largest body, in bytes.
    timeout
        Seconds a whole body may take to arrive.
    """

    def __init__(self, app: ASGIApp, limit: int, timeout: float) -> None:
        self.app = app
        self.limit = limit
        self.timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self.app(scope, receive, send)
            return
        if _declared_length(scope) > self.limit:
            await self._refuse(self._too_large(), scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.timeout):
                body = await self._read(receive)
        except TimeoutError:
            detail = f"A body may take {self.timeout:g} seconds to arrive."
            await self._refuse(Problem("body-timeout", detail), scope, receive, send)
        except _TooLargeError:
            await self._refuse(self._too_large(), scope, receive, send)
        except _GoneError:
            return
        else:
            await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self.limit:
                raise _TooLargeError
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)

    def _too_large(self) -> Problem:
        return Problem("body-too-large", f"A body may hold {self.limit} bytes; send fewer posts a request.")

    @staticmethod
    async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(scope.get("state", {}).get("request_id", ""))
        # what is still on its way is not read, so the connection cannot be used again
        await problem_response(problem, request_id, {"Connection": "close"})(scope, receive, send)


class _TooLargeError(Exception):
    pass


class _GoneError(Exception):
    pass


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
