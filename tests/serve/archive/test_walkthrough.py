"""Every command of docs/archives.md, run in its order by a shell, against the small model."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from serve.archive.scored import open_scored
from serve.commands.compare import compare_command
from serve.commands.rescore import rescore_command
from tests.serve.archive.conftest import write

PAGE = Path(__file__).resolve().parents[3] / "docs" / "archives.md"
TEXT = PAGE.read_text(encoding="utf-8")
Rows = list[dict[str, Any]]


@pytest.fixture
def desk(models: Path, posts: Rows, tmp_path: Path) -> Path:
    """Return a folder with everything that the page takes for granted."""
    shutil.copytree(models, tmp_path / "models")
    renamed = [{"id": p["id"], "body": p["text"], "author": p["account"]} for p in posts]
    write(tmp_path / "archive" / "2024.jsonl.gz", [*renamed[:60], {"id": "no text"}])
    write(tmp_path / "archive" / "2025.parquet", renamed[60:])
    return tmp_path


def test_every_command_of_the_page_runs(desk: Path) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) >= 4
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=desk,
        env={**os.environ, "PATH": path, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("101 rows read: 100 scored, 1 rejected") == 4
    assert "100 posts in both; 0 changed band" in done.stdout
    assert "What changed" in (desk / "changed.html").read_text()
    scored = open_scored(desk / "scored")
    assert scored.rows == 100
    assert "`body` is missing" in (desk / "scored" / "rejects" / "_00000-000000.jsonl").read_text()


@pytest.mark.parametrize("command", [rescore_command, compare_command])
def test_every_option_stands_on_the_page(command: Callable[..., None]) -> None:
    app = typer.Typer()
    app.command()(command)
    options = [name for p in get_command(app).params for name in p.opts if name.startswith("--")]
    assert len(options) >= 2
    shared = {"--models", "--install-completion", "--show-completion"}
    assert [name for name in options if f"`{name}" not in TEXT and name not in shared] == []
