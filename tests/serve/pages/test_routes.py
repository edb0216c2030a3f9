from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from classifier import Model
from serve.app import create_app
from serve.pages.examples import EXAMPLES
from serve.settings import Settings

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "' onmouseover='alert(1)",
    "</blockquote></mark><svg/onload=alert(1)>",
    "javascript:alert(1) https://evil.example/<b>",
    "@<i>user</i> &lt;b&gt; \x00 \u202e",
)


def check(client: TestClient, text: str) -> str:
    answer = client.post("/", data={"text": text})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def post_of(page: str) -> str:
    """Return the post as a reader sees it."""
    found = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", page, re.DOTALL)
    assert found
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def test_the_empty_page_has_a_form_and_no_result(client: TestClient) -> None:
    page = client.get("/").text
    assert '<form method="post"' in page
    assert 'id="result"' not in page
    for example in EXAMPLES:
        assert f'value="{example.key}"' in page


def test_nothing_comes_from_elsewhere(client: TestClient) -> None:
    page = check(client, "see https://elsewhere.example/x.png")
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page)
    assert addresses
    assert not [a for a in addresses if "//" in a]
    assert "style=" not in page
    for address in (a for a in addresses if a.startswith("static/")):
        assert client.get(f"/{address}").status_code == 200


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_examples_are_shown_with_their_reasons(client: TestClient, example: object) -> None:
    key, text = example.key, example.text  # type: ignore[attr-defined]
    page = client.post("/", data={"example": key, "text": "something else"}).text
    assert post_of(page) == text
    assert re.search(r'<mark class="(for|against) s[1-4]" title="speaks (for|against) harm, \w+">', page)
    assert "This is a proposal for a person to decide on." in page


@pytest.mark.parametrize("text", ATTACKS)
def test_a_post_stays_text(client: TestClient, text: str) -> None:
    page = check(client, f"join us {text} tonight")
    tags = set(re.findall(r"<(\w+)", page))
    assert not tags & {"img", "svg", "i", "b", "iframe"}
    assert page.count("<script") == 1
    assert not re.search(r"<[^>]* on\w+\s*=", re.sub(r'"[^"]*"', '""', page))
    assert post_of(page) == f"join us {text} tonight".translate({0: "·", 0x202E: "·"})


def test_right_to_left_posts_read_right_to_left(client: TestClient) -> None:
    page = check(client, EXAMPLES[2].text)
    assert re.search(r'<blockquote class="post" dir="rtl" lang="ur">', page)
    assert 'dir="auto"' in page.partition("<blockquote")[0]
    assert '<blockquote class="post" dir="auto" lang="en">' in check(client, EXAMPLES[1].text)


def test_no_figures_where_nothing_was_promised(client: TestClient, model: Model) -> None:
    page = check(client, EXAMPLES[0].text)
    assert "This model has seen no real post." in page
    assert "Risk" not in page
    assert not re.search(r"0\.\d", page)
    result = model.score([EXAMPLES[0].text])[0]
    assert f"{result.risk:.2f}" not in page


def test_figures_where_something_was(model: Model) -> None:
    labelled = Model(model.bundle)
    labelled.policy = replace(
        model.policy, basis="labels", promise="At least 80% of flags are right.", flag=0.0, review=0.0
    )
    with TestClient(create_app(Settings.read({}, log_requests=False), labelled)) as client:
        page = check(client, EXAMPLES[0].text)
    assert re.search(r"Risk 0\.\d\d", page)
    assert "seen no real post" not in page
    assert "At least 80% of flags are right." in page
    assert ">Flag</h2>" in page


def test_a_band_is_told_in_words_and_by_a_sign(client: TestClient) -> None:
    page = check(client, "Wir treffen uns morgen um acht am Bahnhof, bring bitte die Fahrkarten mit")
    assert re.search(r'class="sign">\S</span>(Pass|Review|Unknown)</h2>', page)


@pytest.mark.parametrize("text", ["", "  \r\n "])
def test_nothing_to_judge(client: TestClient, text: str) -> None:
    page = check(client, text)
    assert "There is nothing in it to be judged." in page
    assert "Pass</h2>" in page


def test_line_breaks_are_the_posts_own(client: TestClient) -> None:
    page = client.post("/", content="text=" + quote("\r\nfirst\r\nsecond"), headers=FORM).text
    assert post_of(page) == "\nfirst\nsecond"
    assert ">\n\nfirst\nsecond</textarea>" in page  # HTML drops the first line break


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("text=" + "a" * 20_001, FORM["Content-Type"], 422),
        ("text=" + quote("ہ" * 20_001), FORM["Content-Type"], 422),
        ("text=%ff%fe", FORM["Content-Type"], 400),
        ("text=%ed%a0%80", FORM["Content-Type"], 400),
        ("text=\u00e9", FORM["Content-Type"], 400),
        ("&".join(f"f{n}=1" for n in range(100)), FORM["Content-Type"], 400),
        ("text=a", "text/plain", 415),
        ("text=a", "multipart/form-data; boundary=x", 415),
    ],
)
def test_forms_that_cannot_be_read(client: TestClient, body: str, kind: str, status: int) -> None:
    answer = client.post("/", content=body.encode(), headers={"Content-Type": kind})
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "a" * 100 not in answer.text
    assert 'id="result"' not in answer.text


def test_the_longest_post_and_a_form_without_one(client: TestClient) -> None:
    assert client.post("/", data={"text": "😀 join " * 2_857}).status_code == 200
    assert client.post("/", data={}, headers=FORM).status_code == 200


def test_a_body_too_large_is_a_problem(client: TestClient) -> None:
    answer = client.post("/", content="text=" + "a" * (1 << 20), headers=FORM)
    assert answer.status_code == 413
