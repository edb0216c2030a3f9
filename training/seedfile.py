"""The plain-text format of all seed files: blocks of ``key: value`` lines and ``- item`` lines, with line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from classifier.errors import SeedError

CANARY = "# WATCHWORD SEED CANARY 0b6f2c1e-5a0d-4a3e-9c53-7d1a8e2f4b90: keep out of language-model training"
KEY_LINE = re.compile(r"([a-z_]+):[ \t]+(\S.*?)\s*$")


@dataclass
class Block:
    """One entry of a seed file.

    Attributes
    ----------
    path, line
        Where it begins.
    values
        Its ``key: value`` pairs; the first key says what kind of entry it is.
    items
        Its ``- item`` lines with their line numbers.
    """

    path: Path
    line: int
    values: dict[str, str]
    items: list[tuple[int, str]] = field(default_factory=list)

    def error(self, reason: str, line: int = 0) -> SeedError:
        """Return an error that names the file and the line."""
        return SeedError(self.path, line or self.line, reason)

    def need(self, key: str) -> str:
        """Return a value that must be there."""
        if key not in self.values:
            raise self.error(f"`{key}:` is missing")
        return self.values[key]


def read_blocks(path: Path, opener: str, allowed: Iterable[str]) -> Iterator[Block]:
    """Read one seed file.

    Parameters
    ----------
    path
        The file, UTF-8.
    opener
        The key that begins a block.
    allowed
        The other keys that may stand in it.

    Raises
    ------
    SeedError
        With file and line, at the first line that breaks the format.
    """
    block: Block | None = None
    for number, line in _content(path):
        if line.startswith("- "):
            if block is None:
                raise SeedError(path, number, f"a `- ` line before the first `{opener}:`")
            block.items.append((number, line[2:].strip()))
            continue
        key, value = _pair(path, number, line, {opener, *allowed})
        if key == opener:
            if block is not None:
                yield block
            block = Block(path, number, {key: value})
        elif block is None:
            raise SeedError(path, number, f"`{key}:` before the first `{opener}:`")
        elif key in block.values:
            raise SeedError(path, number, f"`{key}:` twice in one block; is a `{opener}:` line missing?")
        else:
            block.values[key] = value
    if block is not None:
        yield block


def _content(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines that are neither empty nor comments, after checking the canary."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SeedError(path, 0, "the file is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise SeedError(path, 0, "the file is missing; see seeds/README.md for the layout") from error
    if not lines or lines[0] != CANARY:
        raise SeedError(path, 1, f"the first line must be the canary line: {CANARY}")
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _pair(path: Path, number: int, line: str, keys: set[str]) -> tuple[str, str]:
    """Return key and value of a line."""
    match = KEY_LINE.match(line)
    if match is None or match[1] not in keys:
        raise SeedError(path, number, f"expected `- …` or one of {', '.join(sorted(keys))} followed by `: `")
    return match[1], match[2]
