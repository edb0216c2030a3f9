from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifier.commands.root import GROUP, build
from classifier.errors import ArchiveError, ModelMissing

RUNNER = CliRunner()


def rescore(*arguments: str, models: Path) -> Result:
    app = build(list(entry_points(group=GROUP)))
    return RUNNER.invoke(app, ["rescore", *arguments, "--models", str(models), "--workers", "1"])


def test_the_summary_counts_every_row(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Good morning"}\n{"id": "b"}\n')
    done = rescore(str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "out"), models=models)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("2 rows read: 1 scored, 1 rejected (")
    assert lines[1].startswith("bands: ")
    assert lines[2].endswith("the first is row 2 of " + str(tmp_path / "a.jsonl") + ": `text` is missing")


def test_an_archive_whose_columns_have_other_names_says_how_to_map_them(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"key": "a", "body": "Good morning"}\n')
    done = rescore(str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "out"), models=models)
    assert "say so with --map FIELD=COLUMN" in done.output
    maps = ("--map", "id=key", "--map", "text=body")
    done = rescore(str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "out"), "--restart", *maps, models=models)
    assert (done.exit_code, "1 rows read: 1 scored, 0 rejected" in done.output) == (0, True)


def test_what_cannot_be_done_is_said(models: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Good morning"}\n')
    done = rescore(str(tmp_path / "a.jsonl"), "--out", "s3://bucket/out", models=models)
    assert isinstance(done.exception, ArchiveError)
    done = rescore(str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "out"), "--model", "none", models=models)
    assert isinstance(done.exception, ModelMissing)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["rescore", "compare"])
def test_help_says_what_a_command_is_for(name: str) -> None:
    app = build(list(entry_points(group=GROUP)))
    assert RUNNER.invoke(app, [name, "--help"]).exit_code == 0
