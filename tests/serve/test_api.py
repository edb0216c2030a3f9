from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from classifier import Model, Post, load
from serve.app import create_app
from serve.schemas import ModelAnswer, ScoreAnswer
from serve.settings import Settings
from training.pointer import promote

POSTS = [
    {
        "id": "a",
        "text": "The Quldara Vanguard needs fighters. Message @quldara_desk tonight 😀",
        "account": "x",
        "lang": None,
    },
    {"id": "b", "text": "لشکر کوہزار میں شامل ہو جاؤ، ہمیں لڑنے والوں کی ضرورت ہے۔", "likes": 7},
    {"id": "c", "text": ""},
    {"id": "d", "text": " \n\t "},
    {"id": "e", "text": "see https://t.me/+abcdef 😀 \x00 and " + "run " * 200},
    {"id": "a", "text": "The same id twice is the client's own business."},
]


def test_results_are_the_contract_and_the_models_own(client: TestClient, model: Model) -> None:
    answer = client.post("/v1/score", json={"posts": POSTS, "terms": 3})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    ScoreAnswer.model_validate_json(answer.content)
    assert body["model"] == model.name
    expected = [r.to_dict() for r in model.score_posts([Post(p["id"], p["text"]) for p in POSTS], 3)]
    assert body["results"] == json.loads(json.dumps(expected))
    assert [list(r) for r in body["results"]] == [list(r) for r in expected]


def test_a_result_adds_up_and_cuts_code_points(client: TestClient) -> None:
    for post, result in zip(POSTS, client.post("/v1/score", json={"posts": POSTS}).json()["results"], strict=True):
        assert len(result["terms"]) <= 5
        total = result["bias"] + sum(t["weight"] for t in result["terms"]) + result["rest"]
        assert math.isclose(total, result["logit"], abs_tol=1e-6)
        assert math.isclose(result["risk"], 1 / (1 + math.exp(-result["logit"])), abs_tol=1e-6)
        for part in result["terms"] + result["mentions"]:
            assert str(post["text"])[part["start"] : part["end"]] == part["text"]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_empty_text_passes_without_terms(client: TestClient, text: str) -> None:
    (result,) = client.post("/v1/score", json={"posts": [{"id": "1", "text": text}]}).json()["results"]
    assert (result["band"], result["terms"]) == ("pass", [])


def test_no_posts_give_no_results(client: TestClient) -> None:
    assert client.post("/v1/score", json={"posts": []}).json()["results"] == []


@pytest.mark.parametrize("terms", [0, 50])
def test_terms_at_their_limits(client: TestClient, terms: int) -> None:
    answer = client.post("/v1/score", json={"posts": POSTS[:1], "terms": terms})
    assert len(answer.json()["results"][0]["terms"]) <= terms


def test_the_largest_request_that_is_allowed(client: TestClient) -> None:
    posts = [{"id": "i" * 256, "text": "word " * 4}] * 255 + [{"id": "long", "text": "friend " * 2857}]
    answer = client.post("/v1/score", json={"posts": posts})
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 256


def test_the_model_is_described(client: TestClient, model: Model) -> None:
    answer = client.get("/v1/model")
    about = ModelAnswer.model_validate_json(answer.content)
    assert (about.name, about.basis, about.promise) == (model.name, model.policy.basis, model.policy.promise)
    assert "en" in about.languages
    assert about.categories["dehumanisation"] == "violent_hate"
    assert about.window == model.table.window


def test_healthy_and_ready(client: TestClient, model: Model) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "model": model.name}


def test_not_ready_before_the_model_has_scored(app: FastAPI, model: Model) -> None:
    idle = TestClient(create_app(Settings.read({}), model))  # without its start-up
    assert idle.get("/healthz").status_code == 200
    answer = idle.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert app is not idle.app


def test_a_forced_model_says_so(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models, tmp_path / "models")
    promote(tmp_path / "models", "current", forced=True, reasons=["a test"])
    with TestClient(create_app(Settings.read({}), load(tmp_path / "models"))) as client:
        assert client.post("/v1/score", json={"posts": POSTS[:1]}).json()["results"][0]["forced"] is True
        assert client.get("/v1/model").json()["forced"] is True
        assert "failed its checks" in client.get("/").text
