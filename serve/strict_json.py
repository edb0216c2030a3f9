"""Routes that read JSON as RFC 8259 has it: no NaN, no lone surrogates, UTF-8 only, bounded depth.

The parser is pydantic-core's; it stops at 200 levels, at numbers over 4,300 digits, and its messages hold a place and a
fixed phrase, never the text it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.responses import Response

from serve.problems import Problem, ProblemError

JSON = "application/json"


def parse(body: bytes) -> object:
    """Return what a body says.

    Raises
    ------
    ProblemError
        If it is not JSON.
    """
    try:
        parsed: object = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        hint = "JSON is UTF-8, has no NaN or Infinity, and writes surrogates in pairs"
        raise ProblemError(Problem("malformed-body", f"{error}; {hint}.")) from None
    return parsed


class StrictRequest(Request):
    """A request whose body is read strictly."""

    async def json(self) -> object:
        """Return the parsed body."""
        return parse(await self.body())


class StrictRoute(APIRoute):
    """A route that takes its body strictly, and nothing but JSON.

    A route that takes one model as its body and the request, nothing else, is called without FastAPI's solving of
    dependencies, which takes longer than scoring a post. Its answer must be a `Response`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler around FastAPI's own, or instead of it."""
        if self._takes_one_model():
            return self._direct()
        handle = super().get_route_handler()
        takes_body = self.body_field is not None

        async def strict(request: Request) -> Response:
            if takes_body and _media_type(request) != JSON:
                raise ProblemError(Problem("unsupported-media-type", f"Send Content-Type: {JSON}."))
            return await handle(StrictRequest(request.scope, request.receive))

        return strict

    def _takes_one_model(self) -> bool:
        needs, body = self.dependant, self.body_field
        others = (needs.dependencies, needs.path_params, needs.query_params, needs.header_params, needs.cookie_params)
        model = body.field_info.annotation if body is not None else None
        return (
            not any(others)
            and len(needs.body_params) == 1
            and isinstance(model, type)
            and issubclass(model, BaseModel)
            and needs.request_param_name is not None
            and self.response_class is Response
        )

    def _direct(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return a handler that does what FastAPI's does for such a route, and no more."""
        field: Any = self.body_field
        model, endpoint = field.field_info.annotation, self.endpoint
        names = self.dependant.body_params[0].name, str(self.dependant.request_param_name)

        async def direct(request: Request) -> Response:
            if _media_type(request) != JSON:
                raise ProblemError(Problem("unsupported-media-type", f"Send Content-Type: {JSON}."))
            body = await request.body()
            if not body:
                raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
            try:
                given = model.model_validate(parse(body))
            except ValidationError as error:
                faults = error.errors(include_url=False, include_context=True, include_input=False)
                raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in faults]) from None
            answer: Response = await endpoint(**dict(zip(names, (given, request), strict=True)))
            return answer

        return direct


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
