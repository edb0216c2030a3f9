"""`docs/api.md` names every setting, address, problem, limit and metric, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from serve import problems, schemas
from serve.settings import PREFIX, Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_settings() -> None:
    assert set(re.findall(rf"`({PREFIX}\w+)`", PAGE)) == {PREFIX + name.upper() for name in Settings.model_fields}


def test_addresses(client: TestClient) -> None:
    documented = {address for _, address in re.findall(r"^\| `(GET|POST) (\S+)` \|", PAGE, re.MULTILINE)}
    assert documented == {*client.get("/openapi.json").json()["paths"], "/"}
    assert all(f"`{address}`" in PAGE for address in ("/docs", "/openapi.json"))


def test_problems() -> None:
    listed = re.search(r"stable name\n\((.*?)\)", PAGE, re.DOTALL)
    assert listed
    assert set(re.findall(r"`([a-z-]+)`", listed[1])) == set(problems.KINDS)


def test_limits() -> None:
    for limit in (schemas.MAX_POSTS, schemas.MAX_TEXT, schemas.MAX_ID, schemas.MAX_TERMS, schemas.MAX_URL):
        assert re.search(rf"\| (0 to )?{limit:,} \| 422 \|", PAGE), limit


def test_fields_of_a_result() -> None:
    table = PAGE.partition("## The result")[2].partition("## ")[0]
    assert set(schemas.ResultOut.model_fields) - set(re.findall(r"`(\w+)", table)) == {"id"}


def test_metrics(client: TestClient) -> None:
    shown = set(re.findall(r"^# TYPE (watchword_\w+)", client.get("/metrics").text, re.MULTILINE))
    named = set(re.findall(r"`(watchword_\w+)", PAGE))
    assert named == {name for name in shown if not name.endswith("_created")}
