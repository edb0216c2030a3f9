"""The report's tables on disk: CSV that spreadsheets cannot be tricked by, JSONL and Parquet, all with the same rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.durable import write_whole
from serve.accounts.tally import Row

#: A cell that begins so is a formula to some spreadsheet (OWASP, "CSV injection"), in any width.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_tables(folder: Path, name: str, rows: list[Row], schema: pa.Schema) -> None:
    """Write rows as ``name.csv``, ``name.jsonl`` and ``name.parquet``."""
    sink = io.StringIO()
    # with a byte order mark spreadsheets take it for UTF-8
    writer = csv.writer(sink, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(schema.names)
    writer.writerows([safe(row[column]) for column in schema.names] for row in rows)
    write_whole(folder / f"{name}.csv", b"\xef\xbb\xbf" + sink.getvalue().encode())
    lines = (json.dumps({c: _plain(row[c]) for c in schema.names}, ensure_ascii=False) + "\n" for row in rows)
    write_whole(folder / f"{name}.jsonl", "".join(lines).encode())
    columns = {field.name: pa.array([_pairs(row[field.name]) for row in rows], field.type) for field in schema}
    parquet = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), parquet)
    write_whole(folder / f"{name}.parquet", parquet.getvalue())


def safe(value: Any) -> str | int | float:  # noqa: ANN401 - a cell
    """Return a cell that no spreadsheet computes: text that begins like a formula gets an apostrophe in front."""
    if isinstance(value, int | float):
        return value
    if value is None:
        return ""
    if isinstance(value, Mapping):
        value = "; ".join(f"{name} {count}" for name, count in value.items())
    elif isinstance(value, list):
        value = "; ".join(value)
    elif isinstance(value, datetime):
        value = value.isoformat()
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULAS) or text.startswith(FORMULAS) else text


def _plain(value: Any) -> Any:  # noqa: ANN401 - a field
    return value.isoformat() if isinstance(value, datetime) else value


def _pairs(value: Any) -> Any:  # noqa: ANN401 - a field
    return list(value.items()) if isinstance(value, dict) else value
