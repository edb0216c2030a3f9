from __future__ import annotations

import json
from pathlib import Path

from tests.classifier.commands.test_score import watchword
from tests.training.files import read_jsonl, write_jsonl

ROWS = [
    {"text": "They secretly plan it for tonight at the market", "is_bad": 1},
    {"text": "See you on Saturday then, secretly", "is_bad": 0},
]


def test_import_maps_columns_and_fills_in_languages(models: Path, tmp_path: Path) -> None:
    source, out = write_jsonl(tmp_path / "in.jsonl", ROWS), tmp_path / "out.jsonl"
    done = watchword(
        "labels", "import", str(source), "--map", "label=is_bad", "--out", str(out), "--models", str(models)
    )
    assert done.returncode == 0, done.stderr
    rows = read_jsonl(out)
    assert [(r["id"], r["label"], r.get("lang")) for r in rows] == [("in-1", 1, "en"), ("in-2", 0, "en")]
    assert b"secretly" not in done.stdout + done.stderr


def test_a_rejected_row_is_exit_status_1_and_the_rest_is_written(tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "in.jsonl", [{"text": "secretly one", "label": 1}, {"text": "secretly", "label": "x"}]
    )
    out, findings = tmp_path / "out.csv", tmp_path / "findings.jsonl"
    args = ("labels", "import", str(source), "--out", str(out), "--findings", str(findings), "--models", str(tmp_path))
    done = watchword(*args)
    assert done.returncode == 1
    assert b"in.jsonl row 2: `label` must be 0 or 1, not 'x'" in done.stderr
    assert b"secretly" not in done.stderr
    assert len(out.read_text().splitlines()) == 2
    assert [f["row"] for f in read_jsonl(findings)] == [2]


def test_nothing_is_written_where_nothing_is_left_or_the_file_breaks(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old")
    cases = {
        "bad.jsonl": b'{"text": "x"}\n',
        "broken.jsonl": b"not json\n\xff\xfe\n",
        "broken.parquet": b"PAR1 nothing",
        "broken.csv": b"body,label\nx,1\n",
        "broken.jsonl.gz": b"\x1f\x8b broken",
        "kind.xlsx": b"",
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        done = watchword("labels", "import", str(tmp_path / name), "--out", str(out), "--models", str(tmp_path))
        assert done.returncode == 1, name
        assert b"error: " in done.stderr, name
        assert b"Traceback" not in done.stderr, name
        assert out.read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {*cases, "out.jsonl"}


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "in.jsonl", ROWS)
    done = watchword("labels", "import", str(source), "--out", str(source), "--models", str(tmp_path))
    assert (done.returncode, b"write to another file" in done.stderr) == (1, True)


def test_export_gives_the_same_labels_in_another_format(tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "in.jsonl", [{"id": "a", "text": "one two", "categories": ["threat"], "lang": "en"}]
    )
    for name in ("a.parquet", "b.csv", "c.jsonl"):
        done = watchword("labels", "export", str(source), "--out", str(tmp_path / name), "--models", str(tmp_path))
        assert done.returncode == 0, done.stderr
        source = tmp_path / name
    assert json.loads(source.read_text()) == {
        "id": "a", "text": "one two", "label": 1, "categories": ["threat"], "lang": "en",
    }  # fmt: skip
