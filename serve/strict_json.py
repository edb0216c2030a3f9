"""Routes that read JSON as RFC 8259 has it: no NaN, no lone surrogates, UTF-8 only, bounded depth.

The parser is pydantic-core's; it stops at 200 levels, at numbers over 4,300 digits, and its messages hold a place and a
fixed phrase, never the text it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.responses import Response

from serve.problems import Problem, ProblemError

JSON = "application/json"


class StrictRequest(Request):
    """A request whose body is read strictly."""

    async def json(self) -> object:
        """Return the parsed body.

        Raises
        ------
        ProblemError
            If it is not JSON.
        """
        body = await self.body()
        try:
            parsed: object = from_json(body, allow_inf_nan=False)
        except ValueError as error:
            hint = "JSON is UTF-8, has no NaN or Infinity, and writes surrogates in pairs"
            raise ProblemError(Problem("malformed-body", f"{error}; {hint}.")) from None
        return parsed


class StrictRoute(APIRoute):
    """A route that takes its body through `StrictRequest`, and nothing but JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler around FastAPI's own."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            if takes_body and _media_type(request) != JSON:
                raise ProblemError(Problem("unsupported-media-type", f"Send Content-Type: {JSON}."))
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
