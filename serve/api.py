"""The addresses that programs use."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from fastapi import APIRouter, Request, Response

from classifier import Model
from classifier.labels import GROUND_OF, GROUNDS
from classifier.records import Record
from serve.metrics import CONTENT_TYPE, Metrics
from serve.openapi import responses
from serve.problems import Problem, ProblemError
from serve.schemas import HealthAnswer, ModelAnswer, ReadyAnswer, ScoreAnswer, ScoreRequest
from serve.scoring import ScoringService
from serve.strict_json import JSON, StrictRoute

SCORE_PATH = "/v1/score"


def score_bytes(model: str, records: Sequence[Record]) -> bytes:
    """Return the answer of ``/v1/score`` as JSON, each result as `classifier.types.Result.to_dict` has it."""
    return orjson.dumps({"model": model, "results": records})


def describe(model: Model) -> ModelAnswer:
    """Return what there is to know of a model."""
    policy, manifest = model.policy, model.bundle.manifest
    return ModelAnswer(
        name=model.name,
        created_at=manifest.get("created_at"),
        parent=manifest.get("parent"),
        forced=model.bundle.forced,
        basis=policy.basis,
        promise=policy.promise,
        review=policy.review,
        flag=policy.flag,
        coverage=policy.coverage,
        languages=list(policy.languages),
        categories=dict(GROUND_OF),
        grounds=list(GROUNDS),
        window=int(model.table.window),
        normaliser=str(manifest["normaliser"]),
    )


def api_routes(service: ScoringService, metrics: Metrics) -> APIRouter:
    """Return the router.

    Parameters
    ----------
    service
        What scores.
    metrics
        What ``/metrics`` shows.
    """
    router = APIRouter(route_class=StrictRoute)
    about = describe(service.model)

    @router.post(
        SCORE_PATH,
        tags=["scoring"],
        summary="Score posts",
        responses=responses(400, 408, 413, 415, 422, 500, answer=ScoreAnswer),
        response_class=Response,
    )
    async def score(body: ScoreRequest, request: Request) -> Response:
        """Return one result a post, in their order. A result is a proposal for a person to decide on."""
        request.state.posts = len(body.posts)
        ids, texts = [post.id for post in body.posts], [post.text for post in body.posts]
        records = await service.score(ids, texts, body.terms)
        return Response(score_bytes(service.model.name, records), media_type=JSON)

    @router.get("/v1/model", tags=["scoring"], summary="The model in use", responses=responses(500))
    async def model() -> ModelAnswer:
        """Return the model's name, what its bands rest on, and what it knows."""
        return about

    @router.get("/healthz", tags=["operations"], summary="The process answers")
    async def healthz() -> HealthAnswer:
        """Return 200 while the process lives."""
        return HealthAnswer()

    @router.get("/readyz", tags=["operations"], summary="It can score", responses=responses(503))
    async def readyz() -> ReadyAnswer:
        """Return 200 once the model has scored, 503 before."""
        if not service.ready:
            raise ProblemError(Problem("not-ready", "The model is still warming up; ask again in a second."))
        return ReadyAnswer(model=service.model.name)

    @router.get(
        "/metrics",
        tags=["operations"],
        summary="Numbers for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def show_metrics() -> Response:
        """Return counters and histograms; no label holds anything from a post."""
        return Response(metrics.expose(), headers={"Content-Type": CONTENT_TYPE})

    return router
