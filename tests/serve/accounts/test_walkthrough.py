"""Every command of docs/accounts.md, run in its order by a shell, and the command's own rules."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

from tests.classifier.mirrors.texts import CONFIRMED
from tests.serve.accounts.scored import post, write_scored
from training.generate import generate
from training.seeds import Seeds

PAGE = Path(__file__).resolve().parents[3] / "docs" / "accounts.md"
SHIM = """#!{python}
import sys
sys.path[:0] = {path!r}
from classifier.commands.root import main
if __name__ == "__main__":
    main()
"""


def watchword(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from classifier.commands.root import main; main()", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_every_command_of_the_page_runs(models: Path, seeds: Seeds, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models)
    texts = [p.text for p in generate(seeds, 3, 1) if p.harmful and p.lang == "en"][:300:3]
    members = [f"user{i}" for i in range(9)]
    rows = [{"id": f"p{i}", "account": members[i % 9], "text": text} for i, text in enumerate(texts)]
    rows += [{"id": f"m{i}{who}", "account": who, "text": CONFIRMED[i]} for i in range(2) for who in members]
    archive = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "archive.jsonl").write_text(archive, encoding="utf-8")
    command = tmp_path / "bin" / "watchword"
    command.parent.mkdir()
    command.write_text(SHIM.format(python=sys.executable, path=[p for p in sys.path if p]), encoding="utf-8")
    command.chmod(0o755)
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Nothing here is confirmed by a person" in done.stdout
    accounts = [json.loads(line) for line in (tmp_path / "report" / "accounts.jsonl").read_text().splitlines()]
    assert accounts
    assert all(row["account"].startswith("account-") for row in accounts)
    named = [json.loads(line) for line in (tmp_path / "named" / "accounts.jsonl").read_text().splitlines()]
    assert [row["under_review"] for row in named] == [row["under_review"] for row in accounts]
    assert {row["account"] for row in named} <= set(members)
    assert any(row["network"] for row in accounts)
    assert stat.S_IMODE((tmp_path / "accounts.key").stat().st_mode) == 0o600


def test_names_or_pseudonyms_must_be_chosen(tmp_path: Path) -> None:
    write_scored(tmp_path / "scored", [post(0, "a", "text")])
    for choice in ((), ("--plain-ids", "--key", tmp_path / "k")):
        done = watchword("accounts", tmp_path / "scored", "--out", tmp_path / "out", *choice)
        assert done.returncode == 2
        assert "--plain-ids" in done.stderr
    assert not (tmp_path / "k").exists()


def test_what_is_no_scored_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    done = watchword("accounts", tmp_path, "--out", tmp_path / "out", "--plain-ids")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "watchword rescore" in done.stderr


def test_every_column_is_described() -> None:
    from serve.accounts.tally import ACCOUNTS, NETWORKS

    text = PAGE.read_text(encoding="utf-8")
    told = {"account", "status", "posts", "under_review", "first_seen", "last_seen"}
    assert [name for name in {*ACCOUNTS.names, *NETWORKS.names} - told if f"`{name}`" not in text] == []
