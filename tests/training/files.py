"""Label files for tests: synthetic posts from the seeds, no data set."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.generate import LabelledPost, generate
from training.seeds import Seeds


def sample(seeds: Seeds, count: int, seed: int = 3) -> list[LabelledPost]:
    """Return synthetic posts drawn from all families."""
    posts = list(generate(seeds, seed, 1))
    random.Random(seed).shuffle(posts)
    return posts[:count]


def record(post: LabelledPost, number: int) -> dict[str, Any]:
    """Return a post as a label file has it."""
    row: dict[str, Any] = {"id": f"p{number}", "text": post.text, "lang": post.lang, "label": int(post.harmful)}
    if post.categories:
        row["categories"] = sorted(post.categories)
    if post.kind:
        row["kind"] = post.kind
    return row


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write rows as JSONL."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read rows of JSONL."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
