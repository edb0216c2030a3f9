from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import given, settings
from starlette.testclient import TestClient

from classifier import Model
from serve.app import create_app
from serve.schemas import ProblemOut, ScoreAnswer
from serve.settings import Settings


def test_the_page_asks_nobody_else(client: TestClient) -> None:
    page = client.get("/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert not [address for address in loaded if "//" in address]
    for address in loaded:
        answer = client.get(f"/{address}")
        assert answer.status_code == 200
        assert answer.content
    assert "<script>" not in page


def test_the_example_works_and_its_answer_is_the_models(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    (example,) = document["components"]["schemas"]["ScoreRequest"]["examples"]
    answer = client.post("/v1/score", json=example)
    assert answer.status_code == 200
    shown = document["paths"]["/v1/score"]["post"]["responses"]["200"]["content"]["application/json"]["example"]
    assert answer.json() == shown
    ScoreAnswer.model_validate_json(json.dumps(shown))


def test_errors_are_documented_as_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/v1/score"]["post"]["responses"]
    assert {"200", "400", "408", "413", "415", "422", "500"} == set(responses)
    for status, response in responses.items():
        kind = "application/json" if status == "200" else "application/problem+json"
        assert list(response["content"]) == [kind]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_document_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for name in document["components"]["schemas"]:
        jsonschema_rs.meta.validate(document["components"]["schemas"][name])
    assert {"/v1/score", "/v1/model", "/healthz", "/readyz", "/metrics"} == set(document["paths"])


def test_the_service_does_what_the_document_says(model: Model) -> None:
    app = create_app(Settings.read({}, log_requests=False), model)  # schemathesis starts and stops it
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    described.validate()
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 5
    for operation in operations:

        @settings(max_examples=40)
        @given(case=operation.as_strategy())
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate()

        check()


@pytest.mark.parametrize("broken", [{"posts": [{"id": 1}]}, {"posts": "x"}, {"posts": [], "terms": 99}])
def test_problems_are_as_documented(client: TestClient, broken: object) -> None:
    ProblemOut.model_validate_json(client.post("/v1/score", json=broken).content, strict=True)
