"""Nothing that a client sends gives a 5xx, and no answer to it holds a word of what was sent."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

SECRET = "zebra-crossing"  # noqa: S105 (a word to look for)
JSON = {"Content-Type": "application/json"}


def body(**changes: object) -> bytes:
    return json.dumps({"posts": [{"id": "1", "text": SECRET}], "terms": 5} | changes).encode()


def post(**changes: object) -> bytes:
    record = {"id": "1", "text": SECRET} | changes
    return body(posts=[{k: v for k, v in record.items() if v is not ...}])


#: What is wrong, the body, the status, the field that is named, the limit that is named.
CASES: list[tuple[str, bytes, int, str, float | None]] = [
    ("a lone surrogate", b'{"posts": [{"id": "1", "text": "zebra-crossing \\ud800 x"}]}', 400, "", None),
    ("a low surrogate first", b'{"posts": [{"id": "1", "text": "zebra-crossing \\udc00\\ud800"}]}', 400, "", None),
    ("a surrogate in an unknown field", b'{"posts": [], "note": "zebra-crossing \\ud800"}', 400, "", None),
    ("a surrogate in UTF-8", b'{"posts": [{"id": "1", "text": "zebra-crossing \xed\xa0\x80"}]}', 400, "", None),
    ("broken UTF-8", b'{"posts": [{"id": "1", "text": "zebra-crossing \xff"}]}', 400, "", None),
    ("UTF-16", body().decode().encode("utf-16"), 400, "", None),
    ("a byte order mark", b"\xef\xbb\xbf" + body(), 400, "", None),
    ("NaN", b'{"posts": [], "terms": NaN}', 400, "", None),
    ("NaN in an unknown field", b'{"posts": [{"id": "zebra-crossing", "text": "", "likes": NaN}]}', 400, "", None),
    ("Infinity", b'{"posts": [], "terms": Infinity}', 400, "", None),
    ("-Infinity", b'{"posts": [], "terms": -Infinity}', 400, "", None),
    ("a number beyond a float", b'{"posts": [], "terms": 1e999}', 422, "terms", None),
    ("a number of 5,000 digits", b'{"posts": [], "terms": ' + b"9" * 5000 + b"}", 400, "", None),
    ("a number of 4,000 digits", b'{"posts": [], "terms": ' + b"9" * 4000 + b"}", 422, "terms", 50),
    ("no JSON", b"zebra-crossing", 400, "", None),
    ("half of it", body()[:-3], 400, "", None),
    ("a raw line break in a string", b'{"posts": [{"id": "1", "text": "zebra-crossing\n"}]}', 400, "", None),
    ("single quotes", b"{'posts': ['zebra-crossing']}", 400, "", None),
    ("two documents", body() + body(), 400, "", None),
    ("nothing", b"", 422, "body", None),
    ("deep nesting", b'{"posts":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "", None),
    ("deep nesting in an unknown field", b'{"posts":[], "x":' + b'{"a":' * 500 + b"1" + b"}" * 501, 400, "", None),
    ("a list", b'["zebra-crossing"]', 422, "body", None),
    ("a string", b'"zebra-crossing"', 422, "body", None),
    ("null", b"null", 422, "body", None),
    ("no posts", b'{"terms": 5}', 422, "posts", None),
    ("posts as an object", body(posts={SECRET: SECRET}), 422, "posts", None),
    ("posts as a string", body(posts=SECRET), 422, "posts", None),
    ("posts as null", body(posts=None), 422, "posts", None),
    ("a post as a string", body(posts=[SECRET]), 422, "posts[0]", None),
    ("a post as null", body(posts=[{"id": "1", "text": ""}, None]), 422, "posts[1]", None),
    ("257 posts", body(posts=[{"id": "1", "text": SECRET}] * 257), 422, "posts", 256),
    ("no id", post(id=...), 422, "posts[0].id", None),
    ("no text", post(text=...), 422, "posts[0].text", None),
    ("an id that is a number", post(id=7), 422, "posts[0].id", None),
    ("an id of 257 characters", post(id=SECRET + "i" * 243), 422, "posts[0].id", 256),
    ("a text that is null", post(text=None), 422, "posts[0].text", None),
    ("a text that is a list", post(text=[SECRET]), 422, "posts[0].text", None),
    ("a text that is a number", post(text=1.5), 422, "posts[0].text", None),
    ("a text of 20,001 characters", post(text=SECRET + "ہ" * 19_987), 422, "posts[0].text", 20_000),
    ("an account that is a number", post(account=5), 422, "posts[0].account", None),
    ("a date that is a number", post(created_at=5), 422, "posts[0].created_at", None),
    ("an address of 2,049 characters", post(url="https://" + "x" * 2041), 422, "posts[0].url", 2048),
    ("terms below 0", body(terms=-1), 422, "terms", 0),
    ("terms over 50", body(terms=51), 422, "terms", 50),
    ("terms as text", body(terms="5"), 422, "terms", None),
    ("terms as a fraction", body(terms=5.5), 422, "terms", None),
    ("terms as truth", body(terms=True), 422, "terms", None),
    ("terms as null", body(terms=None), 422, "terms", None),
]


@pytest.mark.parametrize(("sent", "status", "field", "limit"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_bad_input_is_a_problem(
    client: TestClient, log: io.StringIO, sent: bytes, status: int, field: str, limit: float | None
) -> None:
    answer = client.post("/v1/score", content=sent, headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:watchword:problem:")
    assert {"title", "detail", "request_id"} <= set(problem)
    if field:
        first = problem["errors"][0]
        assert first["field"] == field
        assert first.get("limit") == limit
        assert problem["detail"].startswith(f"{field}: ")
        assert limit is None or f"{limit:g}" in first["detail"]
    assert SECRET not in answer.text
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonl", "json", "é"]
)
def test_other_media_types_are_refused(client: TestClient, kind: str) -> None:
    answer = client.post("/v1/score", content=body(), headers={"Content-Type": kind.encode()})
    assert answer.status_code == 415
    assert SECRET not in answer.text


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"])
def test_parameters_of_the_media_type_are_allowed(client: TestClient, kind: str) -> None:
    assert client.post("/v1/score", content=body(), headers={"Content-Type": kind}).status_code == 200


def test_a_compressed_body_is_not_read(client: TestClient) -> None:
    import gzip

    answer = client.post("/v1/score", content=gzip.compress(body()), headers=JSON | {"Content-Encoding": "gzip"})
    assert answer.status_code == 400


def test_a_key_given_twice_is_no_error(client: TestClient) -> None:
    assert (
        client.post("/v1/score", content=b'{"posts": [], "posts": [], "x": {"x": 1}}', headers=JSON).status_code == 200
    )


def test_a_surrogate_pair_is_a_character(client: TestClient) -> None:
    sent = b'{"posts": [{"id": "\\ud83d\\ude00", "text": "join \\ud83d\\ude00 us"}]}'
    (result,) = client.post("/v1/score", content=sent, headers=JSON).json()["results"]
    assert result["id"] == "😀"
    assert result["window"] == [0, 9]


def test_many_faults_are_counted_and_the_first_named(client: TestClient) -> None:
    problem = client.post("/v1/score", content=body(posts=[{}] * 100), headers=JSON).json()
    assert len(problem["errors"]) == 20
    assert "200 fields" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/{SECRET}", 404),
        ("GET", f"/static/{SECRET}.css", 404),
        ("GET", "/static/../../etc/passwd", 404),
        ("GET", "/static/swagger/%2e%2e/core.py", 404),
        ("POST", "/v1/score/", 404),
        ("GET", "/v1/score", 405),
        ("DELETE", "/v1/model", 405),
        ("PUT", "/", 405),
        ("POST", "/docs", 405),
        ("POST", "/static/page.css", 405),
        ("BREW", "/healthz", 405),
    ],
)
def test_other_addresses_and_methods(client: TestClient, log: io.StringIO, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert SECRET not in answer.text
    assert SECRET not in log.getvalue()


def test_405_says_what_is_allowed(client: TestClient) -> None:
    assert client.get("/v1/score").headers["allow"] == "POST"


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=20)
)
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)
near = st.fixed_dictionaries(
    {"posts": st.lists(st.fixed_dictionaries({"id": leaves, "text": leaves}, optional={"lang": leaves}), max_size=3)},
    optional={"terms": leaves},
)


@given(sent=anything | near)
def test_any_json_is_answered_below_500(client: TestClient, sent: object) -> None:
    answer = client.post("/v1/score", content=json.dumps(sent).encode(), headers=JSON)
    assert answer.status_code < 500
    answer.json()


@given(sent=st.binary(max_size=60))
def test_any_bytes_are_answered_below_500(client: TestClient, sent: bytes) -> None:
    assert 400 <= client.post("/v1/score", content=sent, headers=JSON).status_code < 500
