"""One line of JSON a request: method, path, status, milliseconds, number of posts. Never a word of a post.

Paths that are no address of the service are logged as ``-``, and of an unexpected error only its type and place, because
either could hold what somebody sent.
"""

from __future__ import annotations

import re
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from serve.metrics import Metrics
from serve.problems import Problem, problem_response

REQUEST_ID = "X-Request-ID"
_ID_HEADER = REQUEST_ID.lower().encode()
UNKNOWN_PATH = "-"
#: What nginx logs for a client that left before it was answered.
CLIENT_LEFT = 499
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def _line(record: dict[str, object], **_: object) -> str:
    return orjson.dumps(record, default=str).decode()


def json_logger(stream: TextIO | None = None) -> FilteringBoundLogger:
    """Return a logger that writes lines of JSON.

    Parameters
    ----------
    stream
        Where to; standard error by default.
    """
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )
    return logger


class AccessLog:
    """Give a request its id, log and count it, and turn what nobody expected into a problem document.

    Parameters
    ----------
    app
        The application behind it.
    log
        Where lines go; None for none but errors.
    errors
        Where unexpected errors go.
    metrics
        What counts requests.
    known
        Says whether a path is an address of the service.
    """

    def __init__(
        self,
        app: ASGIApp,
        log: FilteringBoundLogger | None,
        errors: FilteringBoundLogger,
        metrics: Metrics,
        known: Callable[[str], bool],
    ) -> None:
        self.app = app
        self.log = log
        self.errors = errors
        self.metrics = metrics
        self.known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write down how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        request_id = state["request_id"] = _request_id(scope)
        status = 0
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (_ID_HEADER, request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:  # noqa: BLE001 (the last net: a worker answers, whatever happens)
            self.errors.error("error", type=type(error).__name__, at=_places(error), request_id=request_id)
            if not status:
                problem = Problem("internal-error", "Tell the operator the request id; it is in the log.")
                await problem_response(problem, request_id)(scope, receive, send_with_id)
        seconds = time.perf_counter() - started
        path = scope["path"] if self.known(scope["path"]) else UNKNOWN_PATH
        self.metrics.request(scope["method"], path, status or CLIENT_LEFT, seconds)
        if self.log is not None:
            self.log.info(
                "request",
                method=scope["method"],
                path=path,
                status=status or CLIENT_LEFT,
                ms=round(seconds * 1000, 2),
                posts=state.get("posts"),
                request_id=request_id,
            )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _ID_HEADER and _SAFE_ID.fullmatch(given := value.decode("latin-1")):
            return str(given)
    return uuid.uuid4().hex


def _places(error: BaseException) -> list[str]:
    """Return where an error passed, without its message: that may hold what was sent."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
