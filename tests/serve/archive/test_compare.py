from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from rich.console import Console

from classifier import Model
from classifier.errors import ArchiveError
from classifier.labels import CATEGORIES
from serve.archive import compare as module
from serve.archive.compare import Comparison, TermChange, changes, compare
from serve.archive.comparison import NOTE, page, show
from serve.archive.parts import open_model
from serve.archive.scored import Scored, open_scored
from tests.serve.archive.conftest import Run, write

Rows = list[dict[str, Any]]


@pytest.fixture
def sides(
    run: Run, model: Model, posts: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Scored, Scored]:
    """Return one archive scored with a strict policy and with a lax one; one post only in each, two ids that repeat."""
    posts[6] |= {"id": "p3", "account": "<b>\x1b[31m"}
    posts[11].pop("account")
    run(write(tmp_path / "old.jsonl", posts[:-1]), out=tmp_path / "old", terms=3)
    changed = open_model(
        str(model.bundle.path.resolve()), run(tmp_path / "old.jsonl", out=tmp_path / "old", terms=3).model_digest
    )
    monkeypatch.setattr(changed, "policy", replace(model.policy, review=model.policy.review / 4))
    later = [p | {"text": p["text"] + " now"} if i % 5 == 0 else p for i, p in enumerate(posts[1:])]
    run(write(tmp_path / "new.parquet", later), out=tmp_path / "new", terms=3)
    return open_scored(tmp_path / "old"), open_scored(tmp_path / "new")


def plainly(old: Scored, new: Scored) -> dict[str, Any]:
    """Return the counts by dictionaries: the oracle."""
    rows: list[dict[tuple[str, int], dict[str, Any]]] = []
    for side in (old, new):
        seen: Counter[str] = Counter()
        rows.append({})
        for row in pa.Table.from_batches(side.batches()).to_pylist():
            rows[-1][row["id"], seen[row["id"]]] = row
            seen[row["id"]] += 1
    both = [key for key in rows[0] if key in rows[1]]
    found: dict[str, Any] = {"matched": len(both), "bands": Counter()}
    found |= {name: defaultdict(Counter) for name in ("by_account", "by_lang", "by_category")}
    for key in both:
        one, two = rows[0][key], rows[1][key]
        change = one["band"], two["band"]
        found["bands"][change] += 1
        if one["band"] != two["band"]:
            higher = one if one["risk"] > two["risk"] else two
            found["by_account"][two["account"] or "(no account)"][change] += 1
            found["by_lang"][two["lang"]][change] += 1
            found["by_category"][max(CATEGORIES, key=lambda c, r=higher: r[f"category_{c}"])][change] += 1
    moves = sorted(both, key=lambda key: (-abs(rows[1][key]["risk"] - rows[0][key]["risk"]), list(rows[1]).index(key)))
    return found | {"moves": [key[0] for key in moves]}


@pytest.mark.parametrize("bucket", [1 << 20, 30])
def test_counts_are_those_of_the_plain_way(
    sides: tuple[Scored, Scored], bucket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUCKET", bucket)
    found, expected = compare(*sides, top=10), plainly(*sides)
    assert found.changed > 5
    assert (found.matched, found.only_old, found.only_new, found.repeated) == (expected["matched"], 1, 1, 1)
    for name in ("bands", "by_account", "by_lang", "by_category"):
        assert getattr(found, name) == expected[name], name
    assert [movement.id for movement in found.movements] == expected["moves"][:10]
    assert all(movement.terms for movement in found.movements)


def test_the_words_that_moved_a_post_are_named() -> None:
    made = changes({"join us": 1.0, "now": 0.1}, {"join us": -0.5, "friends": -0.2, "now": 0.1})
    assert made[0] == TermChange("join us", 1.0, -0.5)
    assert [(term.text, round(term.change, 2)) for term in made] == [("join us", -1.5), ("friends", -0.2), ("now", 0.0)]


def test_a_comparison_is_shown_safely(sides: tuple[Scored, Scored]) -> None:
    found = compare(*sides, top=100)
    stream = io.StringIO()
    show(found, Console(file=stream, width=160))
    shown, html = stream.getvalue(), page(found)
    for text in (shown, html):
        assert NOTE in text
        assert "changed band" in text
        assert "\x1b" not in text
    assert "<b>·[31m" in shown
    assert "&lt;b&gt;·[31m" in html
    assert "<b>" not in html


def test_folders_that_say_nothing_of_each_other_are_refused(run: Run, posts: Rows, tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", posts[:3]), out=tmp_path / "a")
    run(write(tmp_path / "b.jsonl", posts[5:8]), out=tmp_path / "b")
    with pytest.raises(ArchiveError, match="no post id in common"):
        compare(open_scored(tmp_path / "a"), open_scored(tmp_path / "b"))
    same = compare(open_scored(tmp_path / "a"), open_scored(tmp_path / "a"))
    assert (same.matched, same.changed, same.movements, same.with_terms) == (3, 0, [], False)


def test_an_empty_folder_has_nothing_in_common(run: Run, posts: Rows, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    run(tmp_path / "a.jsonl", out=tmp_path / "a")
    run(write(tmp_path / "b.jsonl", posts[:2]), out=tmp_path / "b")
    with pytest.raises(ArchiveError, match="no post id in common"):
        compare(open_scored(tmp_path / "a"), open_scored(tmp_path / "b"))


def test_a_comparison_counts_changes_only() -> None:
    found = Comparison(("a", "b"), bands=Counter({("pass", "pass"): 5, ("pass", "review"): 2}))
    assert found.changed == 2
