"""The columns of a label file: our names, and whatever the owner's file calls them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from classifier.errors import InputError

#: The fields of a labelled post, in the order in which they are written.
FIELDS = ("id", "text", "label", "categories", "kind", "lang", "group", "cluster")


def parse_mapping(pairs: list[str]) -> dict[str, str]:
    """Read column mappings such as ``text=body``: our field, then the file's column.

    Raises
    ------
    InputError
        If a pair is none, names no field of ours, or maps a field twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            msg = f"--map {pair}: write FIELD=COLUMN, as in --map text=body"
            raise InputError(msg)
        if field not in FIELDS:
            msg = f"--map {pair}: {field!r} is no field{suggestion(field, FIELDS)}; the fields are {', '.join(FIELDS)}"
            raise InputError(msg)
        if field in mapping:
            msg = f"--map {pair}: {field} is mapped twice; give each field one column"
            raise InputError(msg)
        mapping[field] = column
    return mapping


def renamed(record: dict[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return a record under our field names; a mapped field hides a column of the field's own name."""
    kept = {name: value for name, value in record.items() if name not in mapping}
    return kept | {field: record[column] for field, column in mapping.items() if column in record}


def suggestion(name: object, known: tuple[str, ...]) -> str:
    """Return ``, did you mean …?`` where a known name is near."""
    near = difflib.get_close_matches(str(name)[:60].strip().lower().replace(" ", "_"), known, n=1, cutoff=0.6)
    return f", did you mean {near[0]}?" if near else ""
