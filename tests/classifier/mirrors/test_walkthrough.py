"""Every command of docs/mirrors.md, run in its order by a shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.classifier.mirrors.texts import COMMONPLACE, CONFIRMED

PAGE = Path(__file__).resolve().parents[3] / "docs" / "mirrors.md"
SHIM = """#!{python}
import sys
sys.path[:0] = {path!r}
from classifier.commands.root import main
main()
"""


def write(path: Path, texts: list[str], prefix: str) -> None:
    rows = ({"id": f"{prefix}{i}", "text": text, "account": f"a{i}"} for i, text in enumerate(texts))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_command_of_the_page_runs(models: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models)
    write(tmp_path / "confirmed.jsonl", [*CONFIRMED, COMMONPLACE[0]], "c")
    write(tmp_path / "traffic.jsonl", list(COMMONPLACE) * 9, "t")
    write(tmp_path / "new.jsonl", [CONFIRMED[3] + " x", *COMMONPLACE], "n")
    write(tmp_path / "archive.jsonl", [*CONFIRMED, *COMMONPLACE, *(text + " ok" for text in CONFIRMED)], "p")
    command = tmp_path / "bin" / "watchword"
    command.parent.mkdir()
    command.write_text(SHIM.format(python=sys.executable, path=[p for p in sys.path if p]), encoding="utf-8")
    command.chmod(0o755)
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert [row["id"] for row in read(tmp_path / "found.jsonl")] == ["n0"]
    assert len(read(tmp_path / "clusters.jsonl")) == len(CONFIRMED)
    assert "1 left out" in done.stderr
    assert "5 posts left in for-partner" in done.stderr
