"""What the service answers when it cannot do what was asked: RFC 9457 problem documents.

They name the field and the limit. They never hold a word of what was sent: reasons come from this file, or from pydantic's
and its JSON parser's fixed phrases, never with the value that broke the rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
#: `type` of a problem is this with its kind: a stable name to switch on, not an address to open.
TYPE_PREFIX = "urn:watchword:problem:"
#: A request can break a rule in every post of it; this many are named.
NAMED_FAULTS = 20

#: Kind → status and title.
KINDS: dict[str, tuple[int, str]] = {
    "malformed-body": (400, "The body is not valid JSON"),
    "bad-request": (400, "The request cannot be read"),
    "not-found": (404, "There is nothing at this address"),
    "method-not-allowed": (405, "This address does not take this method"),
    "body-timeout": (408, "The body did not arrive in time"),
    "body-too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body must be JSON"),
    "invalid-request": (422, "The request breaks a rule"),
    "internal-error": (500, "Something went wrong on the server"),
    "not-ready": (503, "The service is not ready"),
}
_KIND_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large", 503: "not-ready"}
_LIMITS = ("max_length", "min_length", "le", "ge", "lt", "gt")
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that a request breaks.

    Attributes
    ----------
    field
        Where, as in ``posts[3].text``.
    detail
        The rule.
    limit
        Its number, where it has one.
    """

    field: str
    detail: str
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document.

    Attributes
    ----------
    kind
        One of `KINDS`.
    detail
        What went wrong here, and what to do.
    faults
        The fields at fault.
    """

    kind: str
    detail: str
    faults: Sequence[Fault] = field(default=())

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind][0]

    def to_dict(self, request_id: str = "") -> dict[str, Any]:
        """Return the document, ready for JSON."""
        record: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kind,
            "title": KINDS[self.kind][1],
            "status": self.status,
            "detail": self.detail,
        }
        if self.faults:
            record["errors"] = [
                {"field": f.field, "detail": f.detail} | ({} if f.limit is None else {"limit": f.limit})
                for f in self.faults
            ]
        if request_id:
            record["request_id"] = request_id
        return record


class ProblemError(HTTPException):
    """Raised by a door to answer with a problem document.

    Parameters
    ----------
    problem
        The document.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status)
        self.problem = problem


def problem_response(problem: Problem, request_id: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that carries a problem document."""
    body = json.dumps(problem.to_dict(request_id), ensure_ascii=False, separators=(",", ":"))
    return Response(body, problem.status, dict(headers or {}), MEDIA_TYPE)


def field_name(location: Iterable[object]) -> str:
    """Return pydantic's location as ``posts[3].text``; the body itself is ``body``."""
    name = ""
    for part in location:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += f".{part}" if name else str(part)
    return name.removeprefix("body.") or "body"


def invalid_request(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Return the problem of a request that fails pydantic's validation.

    Parameters
    ----------
    errors
        Pydantic's error records; their ``input`` is left alone.
    """
    faults = []
    for error in errors[:NAMED_FAULTS]:
        context = error.get("ctx") or {}
        limit = next((context[name] for name in _LIMITS if name in context), None)
        faults.append(Fault(field_name(error["loc"]), str(error["msg"]), limit))
    more = f" ({len(errors)} fields in all)" if len(errors) > 1 else ""
    return Problem("invalid-request", f"{faults[0].field}: {faults[0].detail}{more}", tuple(faults))


def install(app: FastAPI) -> None:
    """Make an application answer every error with a problem document."""
    app.add_exception_handler(RequestValidationError, _validation_failed)
    app.add_exception_handler(HTTPException, _http_error)


async def _validation_failed(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):  # what it was registered for
        raise error
    return problem_response(invalid_request(error.errors()), request_id(request))


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # what it was registered for
        raise error
    if isinstance(error, ProblemError):
        problem = error.problem
    else:
        fallback = "internal-error" if error.status_code >= _SERVER_ERROR else "bad-request"
        kind = _KIND_OF_STATUS.get(error.status_code, fallback)
        allowed = (error.headers or {}).get("Allow")
        detail = f"Use {allowed}." if allowed else "The addresses and what they take are listed at /docs."
        problem = Problem(kind, detail)
    return problem_response(problem, request_id(request), error.headers)


def request_id(request: Request) -> str:
    """Return the id that the access log gave a request."""
    return str(getattr(request.state, "request_id", ""))
