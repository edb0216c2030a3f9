"""What is installed elsewhere: the wheel carries the seeds, the Unicode tables, the page and its licence."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_carries_every_seed_file(names: set[str]) -> None:
    seeds = {f"training/_seeds/{p.relative_to(ROOT / 'seeds').as_posix()}" for p in (ROOT / "seeds").rglob("*.txt")}
    assert len(seeds) > 150
    assert seeds <= names


@pytest.mark.parametrize(
    "file",
    [
        "classifier/data/unicode.npz",
        "training/card.md.jinja",
        "serve/pages/templates/page.html",
        "serve/accounts/templates/accounts.html",
        "classifier/data/stock_phrases.txt",
        "classifier/py.typed",
    ],
)
def test_the_wheel_carries_what_the_code_reads(names: set[str], file: str) -> None:
    assert file in names


def test_the_wheel_carries_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {t for t in tops if not t.endswith(".dist-info")} == {"classifier", "training", "serve"}
    assert not [n for n in names if n.startswith("models/") or "__pycache__" in n]
