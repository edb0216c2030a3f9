"""Files of labelled posts: what researchers bring."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from classifier.errors import InputError, PostError
from classifier.files import read_records
from classifier.labels import CATEGORIES, KINDS
from training.generate import LabelledPost


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled post of a file.

    Attributes
    ----------
    id, text
        As in the file.
    harmful
        Whether a moderator should see it.
    categories
        Harm categories, where the file names them.
    kind
        Look-alike kind, where the file names it.
    lang
        Language, where the file names it.
    group
        The file's own slice, where it has one.
    """

    id: str
    text: str
    harmful: bool
    categories: frozenset[str]
    kind: str | None
    lang: str
    group: str | None

    def as_post(self, weight: float) -> LabelledPost:
        """Return the post for training; a bare label says harm without saying which."""
        family = "label." + hashlib.sha256(self.text.encode()).hexdigest()[:16]
        return LabelledPost(self.text, self.categories, self.kind, self.lang, family, weight, bare=self.harmful)


def read_labelled(path: Path, stdin: IO[bytes]) -> Iterator[Labelled | PostError]:
    """Read a JSONL, CSV or Parquet file of labelled posts.

    A row has `text` and either `label` (0 or 1) or `categories` (harm categories, empty for benign); `id`, `kind`, `lang`
    and `group` may stand beside them.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    for number, record in read_records(str(path), stdin):
        yield record if isinstance(record, PostError) else make_labelled(record, number)


def make_labelled(record: dict[str, Any], number: int) -> Labelled | PostError:
    """Check one record; an error names the row, the field and what it takes."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        return PostError(number, "`text` must be a string that is not empty")
    if any("\ud800" <= c <= "\udfff" for c in text):
        return PostError(number, "`text` holds a lone surrogate or bytes that are not UTF-8")
    try:
        harmful, categories = _judgement(record)
    except ValueError as error:
        return PostError(number, str(error))
    kind = record.get("kind") or None
    if kind is not None and (kind not in KINDS or harmful):
        return PostError(number, f"`kind` is for benign posts and one of {', '.join(KINDS)}")
    group = record.get("group")
    return Labelled(
        id=str(record.get("id", number)),
        text=text,
        harmful=harmful,
        categories=categories,
        kind=kind,
        lang=str(record.get("lang") or "und"),
        group=None if group is None else str(group),
    )


def _judgement(record: dict[str, Any]) -> tuple[bool, frozenset[str]]:
    """Return whether a record is harmful, and its categories."""
    given = record.get("categories")
    if isinstance(given, str):
        given = json.loads(given) if given.startswith("[") else [c.strip() for c in given.split(",") if c.strip()]
    label = record.get("label")
    if given is None and label is None:
        message = "a row needs `label` (0 or 1) or `categories`"
        raise ValueError(message)
    if given is not None:
        if not isinstance(given, list) or not all(c in CATEGORIES for c in given):
            message = f"`categories` takes a list out of {', '.join(CATEGORIES)}"
            raise ValueError(message)
        harmful = bool(given)
        if label is None:
            return harmful, frozenset(given)
    if label in ("0", "1"):
        label = int(label)
    if isinstance(label, bool) or label not in (0, 1, True, False):
        message = "`label` must be 0 or 1"
        raise ValueError(message)
    if given is not None and bool(label) != bool(given):
        message = "`label` and `categories` contradict each other"
        raise ValueError(message)
    return bool(label), frozenset(given or ())


def read_all(path: Path, stdin: IO[bytes]) -> list[Labelled]:
    """Read a whole file and refuse it at its first bad row.

    Raises
    ------
    InputError
        Naming the row and the fix.
    """
    rows = []
    for row in read_labelled(path, stdin):
        if isinstance(row, PostError):
            msg = f"{path}: {row}"
            raise InputError(msg) from row
        rows.append(row)
    if not rows:
        msg = f"{path} holds no labelled post"
        raise InputError(msg)
    return rows
