"""Which column of the input holds which field of a post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classifier.errors import InputError
from serve.archive.schema import POST_SCHEMA

#: The fields that a column can be mapped to.
FIELDS = tuple(name for name in POST_SCHEMA.names if name not in {"row", "extra"})
NEEDED = ("id", "text")


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Read column mappings such as ``text=body``: our field, then the archive's column.

    Returns
    -------
    dict
        For every field its column; a field that is not mapped has its own name.

    Raises
    ------
    InputError
        If a pair is none, names no field, or maps a field twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            msg = f"--map {pair}: write FIELD=COLUMN, as in --map text=body"
            raise InputError(msg)
        if field not in FIELDS:
            msg = f"--map {pair}: {field!r} is no field; the fields are {', '.join(FIELDS)}"
            raise InputError(msg)
        if field in mapping:
            msg = f"--map {pair}: {field} is mapped twice; give each field one column"
            raise InputError(msg)
        mapping[field] = column
    return {field: mapping.get(field, field) for field in FIELDS}


def check_columns(name: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Refuse a table that lacks what every post needs, or has two columns of one name.

    Raises
    ------
    InputError
        With the columns it has.
    """
    for field in NEEDED:
        if mapping[field] not in columns:
            msg = (
                f"{name} has no column `{mapping[field]}`; it has {', '.join(columns) or 'none'}. "
                f"Name the one that holds the {field}, as in --map {field}=COLUMN"
            )
            raise InputError(msg)
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        msg = f"{name} has two columns `{twice}`; rename or remove one"
        raise InputError(msg)
