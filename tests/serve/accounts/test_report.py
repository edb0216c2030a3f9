from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from classifier import Model
from classifier.errors import ArchiveError
from classifier.mirrors import Background, Key
from serve.accounts.report import Options, Report, make_report, write_report
from serve.accounts.tally import STATUS
from tests.classifier.mirrors.texts import CONFIRMED
from tests.serve.accounts.scored import post, write_scored

KEY = Key(bytes(range(32)))
REVIEW = {"band": "review", "category_threat": 0.9, "category_incitement": 0.6}
TERMS = [
    {"text": "warm coats", "start": 0, "end": 3, "weight": 1.5},
    {"text": "soup", "start": 4, "end": 6, "weight": -0.5},
]


@pytest.fixture(scope="session")
def background(model: Model) -> Background:
    return Background.of(model.table)


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    made = []

    def add(account: str | None, text: str | None, **said: Any) -> None:  # noqa: ANN401 - the fields of a row
        made.append(post(len(made), account, text, **said))

    add("one", "A single post of its own about quinces and copper", **REVIEW, day=3)
    for i in range(50):
        add("many", f"Number {i} of many posts on lanterns {i * 7919}", **(REVIEW if i < 40 else {}), day=1 + i % 20)
    for account in ("x", "y", "z"):
        for i in (0, 1):
            add(
                account,
                CONFIRMED[i] + f" {account}",
                **(REVIEW if i == 0 else {}),
                terms=TERMS,
                urgency="T1" if i else "T0",
            )
    add("fan", CONFIRMED[0], day=9)
    add("calm", "Nothing to see in this one at all, only heather honey")
    add(None, "Nobody said this", **REVIEW)
    add("flagged", "Umbrella otter observatory turquoise", **REVIEW | {"band": "flag"})
    return made


def report(folder: Path, rows: list[dict[str, Any]], background: Background | None, **options: Any) -> Report:  # noqa: ANN401 - of `Options`
    settings: dict[str, Any] = {"key": None, "background": background, "commonplace": 1000} | options
    return make_report(write_scored(folder, rows), Options(**settings))


def test_one_of_one_does_not_stand_above_forty_of_fifty(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    found = report(tmp_path / "s", rows, background)
    order = [row["account"] for row in found.accounts]
    assert order == ["many", "flagged", "one", "x", "y", "z"]
    many = found.accounts[0]
    assert (many["posts"], many["under_review"], many["share"]) == (50, 40, 0.8)
    assert many["share_low"] == pytest.approx(0.6696, abs=1e-4)
    assert many["categories"] == {"incitement": 40, "threat": 40}
    assert (many["first_seen"].day, many["last_seen"].day) == (1, 20)
    assert found.accounts[1]["first_seen"] is None
    assert found.collected.nameless == 1


def test_numbers_add_up_to_the_posts_behind_them(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    found = report(tmp_path / "s", rows, background, every=True)
    assert sum(row["posts"] for row in found.accounts) == len(rows) - 1
    for row in found.accounts:
        assert row["under_review"] == sum(p["account"] == row["account"] for p in found.posts)
    assert {row["account"] for row in found.accounts} >= {"fan", "calm"}


def test_accounts_that_share_contents_are_a_network_and_one_shared_text_is_none(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    found = report(tmp_path / "s", rows, background)
    (network,) = found.networks
    assert (network["members"], network["contents"], network["mirrored_posts"]) == (["x", "y", "z"], 2, 6)
    assert (network["posts"], network["under_review"]) == (6, 3)
    assert [row["network"] for row in found.accounts] == [None, None, None, 1, 1, 1]
    one = report(tmp_path / "t", rows, background, least_shared=1).networks
    assert [row["members"] for row in one] == [["fan", "x", "y", "z"]]
    assert report(tmp_path / "u", rows, background, commonplace=2).networks == []
    assert report(tmp_path / "v", rows, None).networks == []


def test_the_posts_tell_their_reasons_and_their_content(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    found = report(tmp_path / "s", rows, background)
    x = next(row for row in found.posts if row["account"] == "x")
    assert (x["reasons"], x["categories"], x["urgency"]) == (["warm coats"], ["threat", "incitement"], "T0")
    assert x["content"] == next(row for row in found.posts if row["account"] == "z")["content"]
    assert x["text"] == CONFIRMED[0] + " x"


def test_pseudonyms_are_keyed_and_addresses_are_left_out(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    scored = write_scored(tmp_path / "s", rows)
    ours = make_report(scored, Options(KEY, background, 1000))
    again = make_report(scored, Options(KEY, background, 1000))
    other = make_report(scored, Options(Key(bytes(32)), background, 1000))
    names = {row["account"] for row in ours.accounts}
    assert names == {row["account"] for row in again.accounts}
    assert not names & {row["account"] for row in other.accounts}
    assert all(name.startswith("account-") for name in names)
    assert {row["url"] for row in ours.posts} == {None}
    write_report(ours, tmp_path / "out")
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            assert b"posts.example" not in path.read_bytes()
            assert b"flagged" not in path.read_bytes()


def test_no_row_scores_anybody_and_every_row_says_that_nothing_is_confirmed(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    found = report(tmp_path / "s", rows, background)
    for row in (*found.accounts, *found.networks, *found.posts):
        assert row["status"] == STATUS
        assert not {"risk", "score", "logit", "rank"} & set(row)


def test_every_page_says_that_nothing_is_confirmed_and_escapes_what_it_shows(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    rows[0] |= {"account": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)> \u202e turned"}
    write_report(report(tmp_path / "s", rows, background), tmp_path / "out")
    pages = list((tmp_path / "out").rglob("*.html"))
    assert len(pages) == 1 + 6
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Nothing here is confirmed by a person." in text
        assert "<script" not in text
        assert "<img" not in text
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "index.html", "pages", *(f"{n}.{e}" for n in ("accounts", "networks", "posts") for e in ("csv", "jsonl", "parquet")),
    }  # fmt: skip


def test_a_second_report_leaves_no_page_of_the_first(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    write_report(report(tmp_path / "s", rows, background), tmp_path / "out")
    write_report(report(tmp_path / "t", rows[:1], background), tmp_path / "out")
    assert [p.name for p in (tmp_path / "out" / "pages").iterdir()] == ["0001.html"]


def test_without_text_there_are_numbers_but_no_mirrors(
    tmp_path: Path, rows: list[dict[str, Any]], background: Background
) -> None:
    bare = [row | {"text": None} for row in rows]
    found = report(tmp_path / "s", bare, background)
    assert (found.collected.textless, found.networks, len(found.accounts)) == (True, [], 6)
    write_report(found, tmp_path / "out")
    assert "--drop-text" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_an_archive_without_accounts_says_what_to_do(tmp_path: Path, background: Background) -> None:
    with pytest.raises(ArchiveError, match="--map account=COLUMN"):
        report(tmp_path / "s", [post(0, None, "text")], background)
