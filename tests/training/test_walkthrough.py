"""Every command of docs/researchers.md, run in its order by a shell, against a tiny model and generated label files."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import load
from tests.training.files import read_jsonl, record, sample, write_jsonl
from training.seeds import Seeds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "researchers.md"
#: The command with a recipe that trains in seconds.
SHIM = """#!{python}
import functools, sys
sys.path[:0] = {path!r}
import training.trainer
training.trainer.Recipe = functools.partial(training.trainer.Recipe, rows=1, words=2000, chars=3000, folds=2)
from classifier.commands.root import main
main()
"""


@pytest.fixture
def desk(models: Path, seeds: Seeds, tmp_path: Path) -> Path:
    """Return a folder with everything that the page takes for granted."""
    shutil.copytree(models, tmp_path / "models")
    posts = sample(seeds, 1400)
    with (tmp_path / "raw_exam.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("id", "body", "is_bad", "language"))
        writer.writerows((f"e{i}", p.text, int(p.harmful), p.lang) for i, p in enumerate(posts[:400]))
    train = [record(p, i) for i, p in enumerate(posts[400:600])]
    write_jsonl(tmp_path / "raw_train.jsonl", [*train, {"text": "no label"}, {"text": posts[0].text, "label": 0}])
    traffic = [{"id": str(i), "text": p.text} for i, p in enumerate(p for p in posts[600:] if not p.harmful)]
    write_jsonl(tmp_path / "traffic.jsonl", traffic)
    write_jsonl(tmp_path / "posts.jsonl", traffic[:5])
    command = tmp_path / "bin" / "watchword"
    command.parent.mkdir()
    command.write_text(SHIM.format(python=sys.executable, path=[p for p in sys.path if p]), encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


def test_every_command_of_the_page_runs(desk: Path) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    before = load(desk / "models").name
    environment = {**os.environ, "PATH": f"{desk / 'bin'}:{os.environ['PATH']}", "COLUMNS": "120"}
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=desk,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert {"row": 201, "check": "schema"}.items() <= read_jsonl(desk / "findings.jsonl")[-2].items()
    assert {f["severity"] for f in read_jsonl(desk / "findings.jsonl")} >= {"rejected", "left out"}
    for name in ("report.html", "report.md", "metrics.json", "plots/precision_recall.png", "plots/reliability.png"):
        assert (desk / "report" / name).stat().st_size > 1000, name
    assert json.loads((desk / "report" / "metrics.json").read_text())["comparison"]["old"] == before
    moves = read_jsonl(desk / "models" / "promotions.jsonl")
    assert moves[-2]["version"].endswith(read_jsonl(desk / "scored.jsonl")[0]["model"])
    assert read_jsonl(desk / "scored.jsonl")[0]["basis"] == "labels"
    assert (moves[-1]["action"], load(desk / "models").name) == ("rollback", before)


def test_no_command_of_the_bench_is_left_out() -> None:
    text = PAGE.read_text(encoding="utf-8")
    commands = "labels import|labels export|train|evaluate|calibrate|models promote|models rollback|models show".split(
        "|"
    )
    assert [c for c in commands if f"watchword {c}" not in text] == []
