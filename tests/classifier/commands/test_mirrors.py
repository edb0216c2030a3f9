from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.classifier.mirrors.texts import COMMONPLACE, CONFIRMED


def watchword(*args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from classifier.commands.root import main; main()", *map(str, args)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=300)


def write(path: Path, texts: tuple[str, ...], prefix: str) -> Path:
    rows = ({"id": f"{prefix}{i}", "text": t, "account": f"a{i}"} for i, t in enumerate(texts))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def built(models: Path, tmp_path: Path) -> Path:
    posts = write(tmp_path / "confirmed.jsonl", CONFIRMED, "c")
    done = watchword(
        "mirrors", "build", posts, "--out", tmp_path / "index", "--key", tmp_path / "key", "--models", models
    )
    assert done.returncode == 0, done.stderr
    assert b"new key" in done.stderr
    assert f"{len(CONFIRMED)} posts".encode() in done.stderr
    return tmp_path


def test_match_writes_a_proposal_for_each_copy_and_nothing_for_the_rest(built: Path) -> None:
    posts = write(
        built / "new.jsonl", (CONFIRMED[0] + " friends", *COMMONPLACE, CONFIRMED[3].replace("گلابی", "نیلا")), "n"
    )
    done = watchword("mirrors", "match", posts, "--index", built / "index", "--key", built / "key")
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(f["id"], f["proposal"], f["matches"][0]["entry"]) for f in found] == [
        ("n0", "review", "c0"),
        ("n11", "review", "c3"),
    ]
    assert found[0]["matches"][0].pop("similarity") == pytest.approx(0.93, abs=0.02)
    assert found[0]["matches"][0] == {"entry": "c0", "added": ["friends"], "dropped": 0}
    assert (found[1]["matches"][0]["added"], found[1]["matches"][0]["dropped"]) == (["نیلا"], 1)


def test_the_key_is_private_and_used_again(built: Path, models: Path) -> None:
    assert stat.S_IMODE((built / "key").stat().st_mode) == 0o600
    secret = (built / "key").read_text()
    again = ("mirrors", "build", built / "confirmed.jsonl", "--out", built / "index", "--key", built / "key")
    done = watchword(*again, "--models", models, "--keep-text")
    assert (done.returncode, (built / "key").read_text()) == (0, secret)
    assert b"new key" not in done.stderr
    posts = write(built / "new.jsonl", (CONFIRMED[0].replace("lentil soup", "tea"),), "n")
    done = watchword(
        "mirrors", "match", posts, "--index", built / "index", "--key", built / "key", "--output", built / "out"
    )
    assert json.loads((built / "out").read_text())["matches"][0]["dropped"] == ["lentil", "soup"]


def test_another_key_is_refused_in_one_line(built: Path, models: Path) -> None:
    other = ("mirrors", "build", built / "confirmed.jsonl", "--out", built / "other", "--key", built / "partner.key")
    assert watchword(*other, "--models", models).returncode == 0
    done = watchword("mirrors", "match", "-", "--index", built / "index", "--key", built / "partner.key")
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")
    assert b"another key" in done.stderr


def test_withdraw(built: Path) -> None:
    done = watchword("mirrors", "withdraw", built / "index", "c0", "c1", "--key", built / "key")
    assert (done.returncode, b"4 posts left" in done.stderr) == (0, True)
    posts = write(built / "new.jsonl", CONFIRMED, "n")
    done = watchword("mirrors", "match", posts, "--index", built / "index", "--key", built / "key")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["n2", "n3", "n4", "n5"]


def test_clusters(models: Path, tmp_path: Path) -> None:
    posts = tmp_path / "archive.jsonl"
    rows = [
        {"id": f"{who}{i}", "text": text, "account": who, "created_at": f"2026-01-0{i + 1}"}
        for who, texts in {
            "x": CONFIRMED[:2],
            "y": (CONFIRMED[1] + " ok", *COMMONPLACE[:3]),
            "z": COMMONPLACE[:3],
        }.items()
        for i, text in enumerate(texts)
    ]
    posts.write_text("".join(json.dumps(row) + "\n" for row in rows) + "broken\n", encoding="utf-8")
    done = watchword("mirrors", "clusters", posts, "--models", models)
    assert (done.returncode, b"row 10" in done.stderr) == (1, True)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"posts": 2, "accounts": 2, "first": "2026-01-01", "last": "2026-01-02", "ids": ["x1", "y0"]}
    ]
