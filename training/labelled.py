"""Files of labelled posts: what researchers bring."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from classifier.errors import InputError, PostError
from classifier.files import read_records
from classifier.labels import CATEGORIES, KINDS
from training.columns import renamed, suggestion
from training.generate import LabelledPost

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LANGUAGE_NAMES = {"english": "en", "urdu": "ur", "roman urdu": "ur-Latn", "arabic": "ar", "pashto": "ps", "eng": "en"}
TRUTHS = {"1": True, "true": True, "1.0": True, "0": False, "false": False, "0.0": False}
#: Defects named when a whole file is refused.
NAMED_DEFECTS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled post of a file.

    Attributes
    ----------
    id, text
        As in the file; without an id, its row.
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
    cluster
        Names the posts that are nearly the same: they stay on one side of every split.
    """

    id: str
    text: str
    harmful: bool
    categories: frozenset[str]
    kind: str | None
    lang: str
    group: str | None
    cluster: str | None = None

    def as_post(self, weight: float) -> LabelledPost:
        """Return the post for training; a bare label says harm without saying which."""
        family = "label." + (self.cluster or hashlib.sha256(self.text.encode()).hexdigest()[:16])
        return LabelledPost(self.text, self.categories, self.kind, self.lang, family, weight, bare=self.harmful)

    def to_record(self) -> dict[str, Any]:
        """Return the post as the canonical file has it; a bare label has no `categories`."""
        return {
            "id": self.id,
            "text": self.text,
            "label": int(self.harmful),
            "categories": sorted(self.categories) or None,
            "kind": self.kind,
            "lang": None if self.lang == "und" else self.lang,
            "group": self.group,
            "cluster": self.cluster,
        }


def read_labelled(path: Path, stdin: IO[bytes]) -> Iterator[Labelled | PostError]:
    """Read the rows of a file of labelled posts; see `read_numbered`."""
    return (row for _, row in read_numbered(path, stdin))


def read_numbered(
    path: Path, stdin: IO[bytes], mapping: Mapping[str, str] | None = None, prefix: str = ""
) -> Iterator[tuple[int, Labelled | PostError]]:
    """Read a JSONL, CSV or Parquet file of labelled posts.

    A row has `text` and either `label` (0 or 1) or `categories` (harm categories, empty for benign); `id`, `kind`, `lang`,
    `group` and `cluster` may stand beside them.

    Parameters
    ----------
    path
        The file.
    stdin
        What ``-`` reads.
    mapping
        Which column of the file is which of our fields, where the names differ.
    prefix
        What stands before the row's number in the id of a post that has none.

    Yields
    ------
    tuple
        The number of the row in the file, and its post or what is wrong with it.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    mapping = mapping or {}
    seen: dict[str, None] = {}
    for number, record in read_records(str(path), stdin, text=mapping.get("text", "text")):
        if isinstance(record, PostError):
            yield number, record
        else:
            seen |= dict.fromkeys(record)
            yield number, make_labelled(renamed(record, mapping), number, f"{prefix}{number}")
    never = [column for column in mapping.values() if column not in seen]
    if seen and never:
        msg = f"{path}: --map names a column {never[0]!r}{suggestion(never[0], tuple(seen))}; the file has {', '.join(seen)}"
        raise InputError(msg)


def make_labelled(record: dict[str, Any], number: int, unnamed: str = "") -> Labelled | PostError:
    """Check one record; an error names the row, the field and the fix, never the text.

    `unnamed` is the id of a post that has none.
    """
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        return PostError(number, "`text` must be a string that is not empty; fill it or delete the row")
    if any("\ud800" <= c <= "\udfff" for c in text):
        return PostError(number, "`text` holds a lone surrogate or bytes that are not UTF-8; save the file as UTF-8")
    try:
        harmful, categories = _judgement(record)
        kind = _kind(record.get("kind"), harmful=harmful)
        lang = _language(record.get("lang"))
    except ValueError as error:
        return PostError(number, str(error))
    return Labelled(
        id=_text_or_none(record.get("id")) or unnamed or str(number),
        text=text,
        harmful=harmful,
        categories=categories,
        kind=kind,
        lang=lang,
        group=_text_or_none(record.get("group")),
        cluster=_text_or_none(record.get("cluster")),
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _judgement(record: dict[str, Any]) -> tuple[bool, frozenset[str]]:
    """Return whether a record is harmful, and its categories."""
    given, label = _categories(record.get("categories")), record.get("label")
    if given is None and label is None:
        message = (
            "it has neither `label` (0 or 1) nor `categories`; add one, or name its column with --map label=COLUMN"
        )
        raise ValueError(message)
    if label is None:
        return bool(given), given or frozenset()
    truth = TRUTHS.get(str(label).strip().lower()) if isinstance(label, (bool, int, float, str)) else None
    if truth is None:
        message = f"`label` must be 0 or 1, not {shown(label)}; harm categories go into `categories`"
        raise ValueError(message)
    if given is not None and truth != bool(given):
        message = "`label` and `categories` contradict each other; correct one, or leave `categories` out"
        raise ValueError(message)
    return truth, given or frozenset()


def _categories(given: object) -> frozenset[str] | None:
    """Return the categories of a record, None where it says nothing of them."""
    if given is None:
        return None
    if isinstance(given, str):
        given = _split(given)
    if not isinstance(given, list):
        message = f"`categories` takes a list of names, not {shown(given)}"
        raise ValueError(message)  # noqa: TRY004 - a wrong value of a file, as all others here
    for name in given:
        if name not in CATEGORIES:
            hint = "it is a benign kind: put it into `kind`" if name in KINDS else f"it takes {', '.join(CATEGORIES)}"
            message = f"`categories` does not know {shown(name)}{suggestion(name, CATEGORIES)}; {hint}"
            raise ValueError(message)
    return frozenset(given)


def _split(given: str) -> object:
    """Return the list that a cell holds, as JSON or with commas."""
    if given.startswith("["):
        try:
            return json.loads(given)
        except (ValueError, RecursionError):
            message = '`categories` begins like a JSON list but is none; write ["threat"] or: threat, incitement'
            raise ValueError(message) from None
    return [name.strip() for name in given.split(",") if name.strip()]


def _kind(kind: object, *, harmful: bool) -> str | None:
    if kind is None or kind == "":
        return None
    if kind not in KINDS:
        hint = (
            "it is a harm category: put it into `categories`" if kind in CATEGORIES else f"it takes {', '.join(KINDS)}"
        )
        message = f"`kind` does not know {shown(kind)}{suggestion(kind, KINDS)}; {hint}"
        raise ValueError(message)
    if harmful:
        message = "`kind` is for benign posts, and this one is labelled harmful; correct the label or empty `kind`"
        raise ValueError(message)
    return str(kind)


def _language(lang: object) -> str:
    if lang is None or lang == "":
        return "und"
    if not isinstance(lang, str) or not LANGUAGE_CODE.fullmatch(lang):
        code = LANGUAGE_NAMES.get(str(lang).strip().lower())
        hint = f"write {code}" if code else "write a code such as en, ur, ur-Latn, ar or ps, or leave it empty"
        message = f"`lang` is no language code: {shown(lang)}; {hint}"
        raise ValueError(message)
    return lang


def shown(value: object) -> str:
    """Return a value for a message, unless it could be a post in the wrong column."""
    text = str(value)
    short = re.fullmatch(r"[\w.+-]{1,30}( [\w.+-]{1,20})?", text)
    return repr(value) if short and isinstance(value, (str, int, float)) else f"a value of {len(text)} characters"


def file_facts(path: Path) -> dict[str, str | None]:
    """Return name and SHA-256 of a file, for manifests and reports; standard input has no digest."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return {"file": path.name, "sha256": digest}


def read_all(path: Path, stdin: IO[bytes]) -> list[Labelled]:
    """Read a whole file and refuse it if a row is bad.

    Raises
    ------
    InputError
        Naming the first bad rows and the fix of each.
    """
    rows, bad = [], []
    for row in read_labelled(path, stdin):
        if isinstance(row, PostError):
            bad.append(row)
        else:
            rows.append(row)
    if bad:
        named = "; ".join(map(str, bad[:NAMED_DEFECTS]))
        more = f"; and {len(bad) - NAMED_DEFECTS} more" if len(bad) > NAMED_DEFECTS else ""
        msg = f"{path}: {named}{more}. `watchword labels import` keeps the rows that are good"
        raise InputError(msg)
    if not rows:
        msg = f"{path} holds no labelled post"
        raise InputError(msg)
    return rows
