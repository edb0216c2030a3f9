from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from classifier import InputError
from classifier.lexicon import Lexicon
from classifier.normalise import Normaliser
from tests.training.files import write_jsonl
from training.label_import import Imported, import_labels

POST = "They will all be at the old market tonight and nobody will be spared this time"
PLAIN = Normaliser(Lexicon())


def eye(text: str) -> tuple[str, str]:
    canonical = PLAIN(text).text
    return canonical, "und" if len(canonical) < 10 else "ur" if "اور" in canonical else "en"


def run(tmp_path: Path, rows: list[dict[str, Any]], against: list[dict[str, Any]] | None = None) -> Imported:
    other = [write_jsonl(tmp_path / "exam.jsonl", against)] if against else []
    return import_labels([write_jsonl(tmp_path / "train.jsonl", rows)], other, eye, io.BytesIO())


def found(imported: Imported) -> list[tuple[str, str, int]]:
    return [(f.severity, f.check, f.row) for f in imported.findings]


def test_a_clean_file_is_kept_and_unnamed_rows_get_ids_and_languages(tmp_path: Path) -> None:
    imported = run(tmp_path, [{"text": POST, "label": 1}, {"id": "x", "text": "See you on Saturday then", "label": 0}])
    assert [r.post.id for r in imported.rows] == ["train-1", "x"]
    assert {r.post.lang for r in imported.rows} == {"en"}
    assert not imported.findings


def test_rejected_rows_do_not_cost_the_others(tmp_path: Path) -> None:
    imported = run(tmp_path, [{"text": POST}, {"text": POST, "label": 1}])
    assert (imported.read, len(imported.rows), imported.count("rejected")) == (2, 1, 1)
    assert imported.rows[0].number == 2


def test_the_same_canonical_text_is_kept_once_with_the_richest_label(tmp_path: Path) -> None:
    rows = [{"text": POST, "label": 1}, {"text": POST.upper() + "!!", "categories": ["threat"]}]
    imported = run(tmp_path, rows)
    assert found(imported) == [("left out", "duplicate", 1)]
    assert imported.rows[0].post.categories == {"threat"}


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ({"label": 1}, {"label": 0}, "another label"),
        ({"categories": ["threat"]}, {"categories": ["targeting"]}, "another set of categories"),
        ({"label": 0, "kind": "news"}, {"label": 0, "kind": "everyday"}, "another kind"),
    ],
)
def test_conflicting_labels_reject_all_rows(
    tmp_path: Path, one: dict[str, Any], other: dict[str, Any], what: str
) -> None:
    imported = run(
        tmp_path, [{"text": POST, **one}, {"text": POST.lower(), **other}, {"text": "quite another", "label": 0}]
    )
    assert found(imported) == [("rejected", "conflicting labels", 1), ("rejected", "conflicting labels", 2)]
    assert what in str(imported.findings[0])
    assert "train.jsonl row 2" in str(imported.findings[0])
    assert len(imported.rows) == 1


def test_posts_of_masks_only_are_not_the_same(tmp_path: Path) -> None:
    rows = [{"text": "https://t.me/a", "label": 1}, {"text": "https://t.me/b", "label": 0}]
    imported = run(tmp_path, rows)
    assert len(imported.rows) == 2


def test_an_id_of_another_post_is_rejected(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": POST, "label": 1}, {"id": "a", "text": "See you on Saturday then", "label": 0}]
    assert found(run(tmp_path, rows)) == [("rejected", "id", 2)]


def test_nearly_the_same_posts_get_a_cluster(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": POST, "label": 1},
        {"id": "b", "text": POST + " lads", "label": 0},
        {"text": "else", "label": 0},
    ]
    imported = run(tmp_path, rows)
    assert [r.post.cluster for r in imported.rows] == ["a", "a", None]
    assert imported.clusters == 1
    assert found(imported) == [("notice", "near-duplicate", 2)]


def test_what_is_nearly_in_the_exam_is_left_out_of_training(tmp_path: Path) -> None:
    rows = [{"text": POST + " lads", "label": 1}, {"text": "See you on Saturday then", "label": 0}]
    imported = run(tmp_path, rows, against=[{"text": POST, "label": 1}, {"text": "no label"}])
    assert found(imported) == [("left out", "leakage", 1)]
    assert "exam.jsonl row 1" in str(imported.findings[0])
    assert len(imported.rows) == 1


def test_an_empty_other_side_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check --against"):
        run(tmp_path, [{"text": POST, "label": 1}], against=[{"text": "no label"}])


def test_a_language_that_reads_like_another_is_said_and_kept(tmp_path: Path) -> None:
    rows = [
        {"text": POST, "label": 1, "lang": "ur"},
        {"text": "Wir sehen uns dann am Samstag", "label": 0, "lang": "de"},
    ]
    imported = run(tmp_path, rows)
    assert found(imported) == [("notice", "language", 1), ("notice", "language", 2)]
    assert [r.post.lang for r in imported.rows] == ["ur", "de"]


def test_no_finding_holds_text(tmp_path: Path) -> None:
    rows = [
        {"text": POST},
        {"text": POST, "label": 1},
        {"text": POST, "label": 0},
        {"text": POST + " lads", "label": 1},
    ]
    assert not [f for f in run(tmp_path, rows).findings if "market" in str(f)]
