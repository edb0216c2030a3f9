"""Scored folders made by hand: what a post is and what the model says of it, as a test wants it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.columns import CATEGORY_COLUMNS, GROUND_COLUMNS
from serve.archive.manifest import MANIFEST, Manifest, Part
from serve.archive.schema import SCORED_SCHEMA
from serve.archive.scored import Scored, open_scored

SAID = {
    "risk": 0.1, "band": "pass", "basis": "synthetic", "urgency": "T3", "cues": [], "logit": 0.0, "bias": 0.0, "terms": [],
    "rest": 0.0, "mentions": [], "lang": "en", "coverage": 1.0, "window_start": 0, "window_end": 1, "model": "m",
    "forced": False, **dict.fromkeys((*CATEGORY_COLUMNS, *GROUND_COLUMNS), 0.1),
}  # fmt: skip


def post(number: int, account: str | None, text: str | None, **said: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a row of a scored folder; ``day`` is the day of January 2026 on which it was posted."""
    day = said.pop("day", None)
    moment = None if day is None else datetime(2026, 1, day, 12, tzinfo=UTC)
    return {
        "source": "in.jsonl", "row": number + 1, "id": f"p{number}", "account": account, "lang_declared": None,
        "created_at": None if moment is None else moment.isoformat(), "created_utc": moment,
        "url": f"https://posts.example/{account}/{number}", "text": text, "extra": None, **SAID, **said,
    }  # fmt: skip


def write_scored(folder: Path, rows: list[dict[str, Any]], part_rows: int = 7) -> Scored:
    """Write rows as a complete folder of several parts."""
    folder.mkdir(parents=True)
    parts = []
    for chunk, first in enumerate(range(0, len(rows), part_rows)):
        some = rows[first : first + part_rows]
        part = Part(0, chunk, len(some), 0, {}, "")
        pq.write_table(pa.Table.from_pylist(some, SCORED_SCHEMA), folder / part.name)
        digest = hashlib.sha256((folder / part.name).read_bytes()).hexdigest()
        parts.append(Part(0, chunk, len(some), 0, {}, digest))
    manifest = Manifest("2026-01-01T00-00-00Z-abcdef", "d", {}, (), tuple(parts), complete=True)
    (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return open_scored(folder)
