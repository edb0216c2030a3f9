"""The least that a FastAPI service can do with the body of ``/v1/score``: parse it."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

app = FastAPI()


@app.post("/v1/score")
async def parse(request: Request) -> Response:
    """Return how many posts there were."""
    body = await request.json()
    return Response(b'{"posts":%d}' % len(body["posts"]), media_type="application/json")
