from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from classifier import Model, Post
from classifier.terminal import highlight, print_results

FIELDS = (
    "id risk band basis categories grounds urgency logit bias terms rest mentions lang coverage window model"
).split()


def watchword(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from classifier.commands.root import main; main()", *args]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


def test_score_writes_one_result_a_post_in_order(models: Path, tmp_path: Path) -> None:
    posts = tmp_path / "in.jsonl"
    posts.write_text("".join(json.dumps({"id": str(i), "text": f"post {i}"}) + "\n" for i in range(3)))
    out = tmp_path / "out.jsonl"
    done = watchword("score", str(posts), "--output", str(out), "--models", str(models))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    results = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["id"] for r in results] == ["0", "1", "2"]
    assert list(results[0]) == FIELDS
    assert list(tmp_path.iterdir()) == [out, posts] or set(tmp_path.iterdir()) == {out, posts}


def test_score_reads_standard_input_and_counts_rejects(models: Path) -> None:
    lines = b'{"id": "a", "text": "secret words"}\nbroken secret\n{"id": "b", "text": "x"}\n'
    done = watchword("score", "--models", str(models), stdin=lines)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert b"row 2: the line is not JSON" in done.stderr
    assert b"1 of the rows" in done.stderr
    assert b"secret" not in done.stderr


def test_plain_input_and_term_count(models: Path) -> None:
    done = watchword("score", "--plain", "--terms", "0", "--models", str(models), stdin="ایک\nدو\n".encode())
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["id"], r["terms"]) for r in results] == [("1", []), ("2", [])]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("score", "none.jsonl"), b"does not exist"),
        (("score", "-", "--model", "1999"), b"no model in"),
    ],
)
def test_an_error_is_one_line_and_exit_status_1(models: Path, args: tuple[str, ...], message: bytes) -> None:
    done = watchword(*args, "--models", str(models))
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


def test_no_model_says_what_to_run(tmp_path: Path) -> None:
    done = watchword("score", "--models", str(tmp_path))
    assert done.returncode == 1
    assert b"watchword train --promote" in done.stderr


def test_models_list_show_and_verify(models: Path) -> None:
    listed = watchword("models", "list", "--models", str(models))
    assert "→".encode() in listed.stdout
    assert b"# " in watchword("models", "show", "--models", str(models)).stdout or listed.returncode == 0
    assert b"files as published" in watchword("models", "verify", "--models", str(models)).stdout


def test_the_terminal_shows_reasons_but_no_digits_of_a_synthetic_model(model: Model) -> None:
    post = Post("p1", "They are vermin and deserve to die \x1b[31m")
    (result,) = model.score_posts([post])
    console = Console(width=100, record=True)
    print_results([(post, result)], console)
    shown = console.export_text()
    assert "p1" in shown
    assert result.band in shown
    assert f"{result.risk:.2f}" not in shown
    assert "\x1b" not in highlight(post, result).plain
    assert highlight(post, result).spans
