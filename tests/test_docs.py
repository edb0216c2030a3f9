"""Every command, setting, endpoint and file that the docs name exists, and every one that exists is named."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "models/README.md"]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = {point.name.replace(".", " ") for point in entry_points(group="watchword.commands")}


def named_commands(text: str) -> set[str]:
    """Return the subcommands that a text names."""
    found = set()
    for first, second in re.findall(r"\bwatchword ([a-z]+)(?: ([a-z]+))?", text):
        found.add(f"{first} {second}" if f"{first} {second}" in COMMANDS else first)
    return found


def test_every_command_that_is_named_exists() -> None:
    groups = {name.split(" ")[0] for name in COMMANDS}
    assert named_commands(TEXT) - COMMANDS - groups == set()


def test_every_command_that_exists_is_named() -> None:
    lists = re.findall(r"watchword ([a-z]+) ([a-z]+(?: \| [a-z]+)+)", TEXT)
    listed = {f"{group} {name}" for group, names in lists for name in names.split(" | ")}
    assert COMMANDS - named_commands(TEXT) - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_file_named_in_the_docs_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:classifier|training|serve|seeds|docs|tests|benchmarks)/[\w./-]+)`", page.read_text(encoding="utf-8")
    )
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", TEXT, re.MULTILINE))
    assert named <= targets
    assert {"serve", "test", "lint", "bench", "train"} <= targets


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert [p.name for p in sorted(folder.glob("0*.md")) if p.name not in index] == []


def test_the_version_stands_in_the_changelog_or_is_unreleased() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert version in changelog or "## Unreleased" in changelog


def test_no_page_names_a_path_of_the_machine_it_was_written_on() -> None:
    assert not re.search(r"(?<![\w.])/(?:work|root|home|farm)/", TEXT)
