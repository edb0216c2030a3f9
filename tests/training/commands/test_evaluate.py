from __future__ import annotations

from pathlib import Path

import pytest

from tests.classifier.commands.test_score import watchword


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("none.jsonl", None, "does not exist"),
        ("x.jsonl", b'{"text": "secret"}\n', "row 1: it has neither `label`"),
        ("x.jsonl", b"", "holds no labelled post"),
        ("x.csv", b"a,b\n1,2\n", "needs a header row with a column `text`"),
        ("x.parquet", b"PAR1", "cannot be read to its end"),
        ("x.docx", b"", "is of no kind that is read"),
    ],
)
def test_unreadable_data_is_one_line_and_exit_status_1(
    models: Path, tmp_path: Path, name: str, data: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    done = watchword("evaluate", "--data", str(path), "--models", str(models), "--report", str(tmp_path / "report"))
    assert done.returncode == 1
    assert reason in done.stderr.decode()
    assert done.stderr.startswith(b"error: ")
    assert b"secret" not in done.stderr
    assert not (tmp_path / "report").exists()


def test_a_report_that_cannot_be_written_says_so(models: Path, tmp_path: Path) -> None:
    data = tmp_path / "x.jsonl"
    data.write_text('{"text": "one", "label": 0}\n{"text": "two", "label": 1}\n')
    (tmp_path / "file").write_text("")
    done = watchword("evaluate", "--data", str(data), "--models", str(models), "--report", str(tmp_path / "file"))
    assert done.returncode == 1
    assert b"choose another folder for --report" in done.stderr
