"""The application, made by a factory from what it is handed; nothing is built at import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from classifier import Model
from serve import problems
from serve.api import SCORE_PATH, api_routes, score_bytes
from serve.headers import STATIC, SecurityHeaders
from serve.limits import BodyLimit
from serve.logs import AccessLog, json_logger
from serve.metrics import Metrics
from serve.openapi import SWAGGER_MOUNT, DocumentedAPI, documentation_routes, swagger_folder
from serve.pages.routes import page_routes
from serve.schemas import ScoreRequest
from serve.scoring import ScoringService
from serve.settings import Settings

DESCRIPTION = (
    "Reads social-media posts and proposes which ones a moderator should look at, and why. It judges messaging, never "
    "belonging; it never decides alone, and a result must never be the sole ground for action."
)
_OWN_FILES = Path(__file__).parent / "pages" / "static"


def create_app(settings: Settings, model: Model, log: TextIO | None = None) -> FastAPI:
    """Return the service.

    Parameters
    ----------
    settings
        Read once, by the caller.
    model
        The model that answers.
    log
        Where log lines go; standard error by default.
    """
    metrics = Metrics(model.name, model.policy.basis)
    service = ScoringService(model, metrics, settings.scoring_threads)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.warm_up()
        yield
        service.ready = False

    app = DocumentedAPI(
        title="Watchword",
        version=version("watchword"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.answers = {SCORE_PATH: _example_answer(model)}
    problems.install(app)
    app.include_router(api_routes(service, metrics))
    app.include_router(page_routes(service))
    app.include_router(documentation_routes())
    app.mount(SWAGGER_MOUNT, StaticFiles(directory=swagger_folder()))
    app.mount(STATIC.rstrip("/"), StaticFiles(directory=_OWN_FILES))

    logger = json_logger(log)
    paths = frozenset(app.openapi()["paths"]) | {"/", "/docs", "/openapi.json"}
    # the last one added is the outermost
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, timeout=settings.body_timeout)
    app.add_middleware(
        AccessLog,
        log=logger if settings.log_requests else None,
        errors=logger,
        metrics=metrics,
        known=paths.__contains__,
    )
    app.add_middleware(SecurityHeaders)
    return app


def _example_answer(model: Model) -> Callable[[dict[str, Any]], bytes]:
    def answer(example: dict[str, Any]) -> bytes:
        request = ScoreRequest.model_validate(example)
        ids, texts = [post.id for post in request.posts], [post.text for post in request.posts]
        return score_bytes(model.name, model.records(ids, texts, request.terms))

    return answer
