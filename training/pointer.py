"""The pointer to the version in use, and the log of its moves.

``models/current`` names the version; ``models/promotions.jsonl`` has one line a move: time, action, version, previous, forced,
reasons. The log is written first: a model that was forced into use says so from its first result on, and a move that a crash
cut off between the two is in the log but not in use, which `rollback` sees.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from classifier.bundle import POINTER, PROMOTIONS, current, open_bundle, promotions
from classifier.durable import append_line, locked, write_whole
from classifier.errors import ModelError, ModelMissing


def promote(models: Path, reference: str, *, forced: bool = False, reasons: Sequence[str] = ()) -> str:
    """Point at a version after checking all its files.

    Parameters
    ----------
    models
        The models folder.
    reference
        A version or its beginning.
    forced
        Whether the gate had refused it.
    reasons
        What the gate said.

    Returns
    -------
    str
        The version's name.

    Raises
    ------
    ModelError
        If it cannot be used; the pointer then stays where it is.
    """
    bundle = open_bundle(models, reference)
    bundle.verify()
    if bundle.path.resolve().parent != models.resolve():
        msg = f"{bundle.path} is not in {models}; copy the folder there, then promote it by its name"
        raise ModelError(msg)
    with locked(models):
        _move(models, "promote", bundle.name, forced=forced, reasons=reasons)
    return bundle.name


def rollback(models: Path) -> str:
    """Point at the version that was in use before; again, at the one before that.

    Raises
    ------
    ModelError
        If there was none.
    """
    with locked(models):
        past = history(models)
        if len(past) < 2:  # noqa: PLR2004 - the one in use and one before it
            msg = f"no earlier model is noted in {models}; choose one with `watchword models promote REF`"
            raise ModelError(msg)
        bundle = open_bundle(models, past[-2])
        bundle.verify()
        _move(models, "rollback", bundle.name, forced=bundle.forced)
    return bundle.name


def history(models: Path) -> list[str]:
    """Return the versions that were put to use and not rolled back, the one in use last."""
    try:
        used = current(models)
    except ModelMissing:
        return []
    past: list[str] = []
    for move in promotions(models):
        if move.get("action") == "rollback" and move["version"] in past:
            while past[-1] != move["version"]:
                past.pop()
        elif not past or past[-1] != move["version"]:
            past.append(move["version"])
    return [*past[: past.index(used)], used] if used in past else [*past, used]


def _move(models: Path, action: str, name: str, *, forced: bool, reasons: Sequence[str] = ()) -> None:
    """Write the log, then the pointer."""
    try:
        previous = current(models)
    except ModelMissing:
        previous = None
    move = {
        "time": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "action": action,
        "version": name,
        "previous": previous,
        "forced": forced,
        "reasons": list(reasons),
    }
    append_line(models / PROMOTIONS, json.dumps(move, ensure_ascii=False))
    write_whole(models / POINTER, f"{name}\n".encode())
