"""The functional suite as files: short hand-written cases, each named by what it checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from classifier.errors import InputError

CASES = "cases"
INSERTIONS, URGENCY, LANGUAGE = "insertions.jsonl", "urgency.jsonl", "languages.jsonl"
UNKNOWN, KNOWN = "unknown", "pass-or-known"


@dataclass(frozen=True, slots=True)
class Case:
    """A short post and what a moderator would say of it.

    Attributes
    ----------
    id
        Unique in the suite.
    function
        ``group: what it checks``.
    lang
        One of the model's languages.
    text
        The post.
    harmful
        Whether a moderator would act.
    categories
        Harm categories, if harmful.
    kind
        Look-alike kind, if benign.
    pair
        The case that differs in stance only.
    """

    id: str
    function: str
    lang: str
    text: str
    harmful: bool
    categories: tuple[str, ...] = ()
    kind: str | None = None
    pair: str | None = None

    @property
    def group(self) -> str:
        """The part of the function before the colon."""
        return self.function.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Insertion:
    """A benign text, and the same with devotional words, a personal name or a dialect word added."""

    id: str
    lang: str
    base: str
    inserted: str
    what: str


@dataclass(frozen=True, slots=True)
class UrgencyCase:
    """A text, and whether it says that life is in danger now."""

    id: str
    lang: str
    text: str
    t0: bool


@dataclass(frozen=True, slots=True)
class LanguageCase:
    """A harmless text, and whether the model may claim to know its language (``junk`` and ``code`` are none)."""

    id: str
    lang: str
    text: str
    expect: str


@dataclass(frozen=True, slots=True)
class Suite:
    """All cases of a folder, and a digest that tells one edition of them from another."""

    cases: tuple[Case, ...]
    insertions: tuple[Insertion, ...]
    urgency: tuple[UrgencyCase, ...]
    languages: tuple[LanguageCase, ...]
    digest: str


def read_suite(folder: Path) -> Suite:
    """Read the suite.

    Parameters
    ----------
    folder
        Holds ``cases/<lang>.jsonl``, ``insertions.jsonl``, ``urgency.jsonl`` and ``languages.jsonl``.

    Raises
    ------
    InputError
        If a file is missing or a line is not what it should be; the message names both.
    """
    paths = sorted((folder / CASES).glob("*.jsonl"))
    if not paths:
        msg = f"{folder / CASES} holds no *.jsonl; give the folder of the functional suite"
        raise InputError(msg)
    digest = hashlib.sha256()
    for path in (*paths, *(folder / name for name in (INSERTIONS, URGENCY, LANGUAGE))):
        digest.update(_bytes(path))
    return Suite(
        cases=tuple(case for path in paths for case in _read(path, Case)),
        insertions=_read(folder / INSERTIONS, Insertion),
        urgency=_read(folder / URGENCY, UrgencyCase),
        languages=_read(folder / LANGUAGE, LanguageCase),
        digest=digest.hexdigest(),
    )


Kind = TypeVar("Kind", Case, Insertion, UrgencyCase, LanguageCase)


def _read(path: Path, kind: type[Kind]) -> tuple[Kind, ...]:
    found = []
    for number, line in enumerate(_bytes(path).splitlines(), 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}:{number}: not JSON ({error})") from error
        if reason := _wrong(record, kind):
            raise InputError(f"{path}:{number}: {reason}")
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}
        found.append(kind(**values))
    return tuple(found)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error


def _wrong(record: object, kind: type[Kind]) -> str:
    """Return what is wrong with a record, or nothing."""
    if not isinstance(record, dict):
        return "not an object"
    known = {field.name: field for field in fields(kind)}
    missing = [name for name, field in known.items() if field.default is MISSING and name not in record]
    if missing or record.keys() - known.keys():
        return f"fields are {', '.join(sorted(map(str, record)))}; they should be {', '.join(known)}"
    return "; ".join(f"{name} cannot be {value!r}" for name, value in record.items() if not _fits(name, value, known))


def _fits(name: str, value: object, known: Mapping[str, Any]) -> bool:
    if name == "categories":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    return isinstance(value, bool if known[name].type == "bool" else str)
