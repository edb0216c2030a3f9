"""The OpenAPI document and the page that shows it, both without the internet."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from serve.problems import KINDS, MEDIA_TYPE
from serve.schemas import ProblemOut

SWAGGER_MOUNT = "/static/swagger"
_FIRST_ERROR = 400
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Watchword API</title>
<link rel="icon" href="static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="static/swagger/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript; the document it shows is at <a href="openapi.json">openapi.json</a>.</noscript>
<div id="swagger-ui" data-openapi="openapi.json"></div>
<script src="static/swagger/swagger-ui-bundle.js"></script>
<script src="static/docs.js"></script>
</body>
</html>
"""


def swagger_folder() -> Path:
    """Return the folder with Swagger UI's own files: a package carries them, so no CDN is asked."""
    return Path(str(files("fastapi_offline"))) / "static"


def responses(*statuses: int, answer: type[BaseModel] | None = None) -> dict[int | str, dict[str, Any]]:
    """Return FastAPI's ``responses``: problem documents, and what comes back where it is not the return type."""
    titles = dict(KINDS.values())
    documented: dict[int | str, dict[str, Any]] = {} if answer is None else {200: {"model": answer}}
    return documented | {status: {"model": ProblemOut, "description": titles[status]} for status in statuses}


class DocumentedAPI(FastAPI):
    """FastAPI whose OpenAPI document says what the service really sends.

    Errors have the media type of problem documents, and the example of an answer is made by the model in use.
    """

    #: Path of an operation with a body → what makes its example answer from its example request.
    answers: dict[str, Callable[[dict[str, Any]], bytes]]

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is built once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for path, methods in document["paths"].items():
                for operation in methods.values():
                    _correct_media_types(operation["responses"])
                if path in self.answers:
                    _add_answer(methods["post"], document["components"]["schemas"], self.answers[path])
        return super().openapi()


def _correct_media_types(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if int(status) >= _FIRST_ERROR and "application/json" in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}


def _add_answer(operation: dict[str, Any], schemas: dict[str, Any], answer: Callable[[dict[str, Any]], bytes]) -> None:
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    example = schemas[reference.rpartition("/")[2]]["examples"][0]
    operation["responses"]["200"]["content"]["application/json"]["example"] = json.loads(answer(example))


def documentation_routes() -> APIRouter:
    """Return the router of ``/docs``."""
    router = APIRouter()

    @router.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> HTMLResponse:
        """Show the OpenAPI document."""
        return HTMLResponse(_PAGE)

    return router
