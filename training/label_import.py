"""Label files checked before anything learns from them: what is rejected, left out, or worth a look."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Literal

from classifier.errors import InputError, PostError
from classifier.labels import LANGUAGES
from classifier.masks import MASKS
from training.duplicates import link
from training.labelled import Labelled, read_numbered

Severity = Literal["rejected", "left out", "notice"]
#: Fewest words by which a language is identified firmly enough to contradict its label.
WORDS_FOR_LANGUAGE = 4
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one row.

    Attributes
    ----------
    severity
        `rejected` is for the owner to mend, `left out` is a repetition that needs no mending, a `notice` changes nothing.
    check
        Which check found it.
    file, row
        Where.
    reason
        What is wrong and what to do, without the text of the post.
    """

    severity: Severity
    check: str
    file: Path
    row: int
    reason: str

    def __str__(self) -> str:
        """Return the finding in a line."""
        return f"{self.file.name} row {self.row}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled post with where it stands and what it looks like to the model."""

    file: Path
    number: int
    post: Labelled
    canonical: str
    lang: str

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.file.name} row {self.number}"


@dataclass
class Imported:
    """What an import found.

    Attributes
    ----------
    rows
        The rows that are kept.
    findings
        What was found about the others, and notices.
    read
        How many rows were read.
    clusters
        How many clusters of nearly the same posts are among those kept.
    """

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    read: int = 0
    clusters: int = 0

    def count(self, severity: Severity) -> int:
        """Return how many rows have a finding of a severity."""
        return len({(f.file, f.row) for f in self.findings if f.severity == severity})

    def note(self, severity: Severity, check: str, row: Row, reason: str) -> None:
        """Write down a finding."""
        self.findings.append(Finding(severity, check, row.file, row.number, reason))


#: How a text looks to the model: its canonical text, and its language, `und` where none is told or no model is at hand.
Eye = Callable[[str], tuple[str, str]]


def import_labels(
    files: Sequence[Path],
    against: Sequence[Path],
    eye: Eye,
    stdin: IO[bytes],
    mapping: Mapping[str, str] | None = None,
) -> Imported:
    """Read label files and check them, alone and against each other.

    Parameters
    ----------
    files
        What to import.
    against
        The other side of a split: what is in it, or nearly so, is left out.
    eye
        How the model sees a text.
    stdin
        What ``-`` reads.
    mapping
        Columns of `files` by our fields.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    found = Imported()
    rows = [row for file in files for row in _read(file, eye, stdin, mapping, found)]
    found.read = len(rows) + found.count("rejected")
    rows = _check_ids(_check_repetition(rows, found), found)
    rows = _check_neighbours(rows, _other_side(against, eye, stdin), found)
    found.rows = [_check_language(row, found) for row in rows]
    found.findings.sort(key=lambda f: (files.index(f.file), f.row))
    return found


def _read(file: Path, eye: Eye, stdin: IO[bytes], mapping: Mapping[str, str] | None, found: Imported) -> list[Row]:
    rows = []
    for number, post in read_numbered(file, stdin, mapping, prefix=f"{file.stem}-"):
        if isinstance(post, PostError):
            found.findings.append(Finding("rejected", "schema", file, post.row, post.reason))
            continue
        rows.append(Row(file, number, post, *eye(post.text)))
    return rows


def _other_side(against: Sequence[Path], eye: Eye, stdin: IO[bytes]) -> list[Row]:
    """Return the rows of the other side; its own defects are not our business here."""
    found = Imported()
    rows = [row for file in against for row in _read(file, eye, stdin, None, found)]
    if against and not rows:
        msg = f"{', '.join(map(str, against))}: no labelled post to compare with; check --against"
        raise InputError(msg)
    return rows


def says_something(canonical: str) -> bool:
    """Tell whether a canonical text has a word beside its masks: two posts of masks only are not the same post."""
    return any(token not in MASKS for token in canonical.split(" ") if token)


def _check_repetition(rows: list[Row], found: Imported) -> list[Row]:
    """Keep one row of each canonical text; where the labels of equal texts conflict, none."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        key = row.canonical if says_something(row.canonical) else f"{row.canonical} {row.post.text}"
        groups[key].append(row)
    kept = []
    for group in groups.values():
        conflict = _conflict(group)
        if conflict:
            for row in group:
                other = next(r for r in group if r is not row)
                reason = f"the same text as {other.place} but another {conflict}; give both the right one"
                found.note("rejected", "conflicting labels", row, reason)
            continue
        best = max(group, key=lambda r: (len(r.post.categories), r.post.kind is not None))
        kept.append(best)
        for row in group:
            if row is not best:
                found.note("left out", "duplicate", row, f"repeats {best.place} in canonical form; nothing to do")
    wanted = set(map(id, kept))
    return [row for row in rows if id(row) in wanted]


def _conflict(group: Sequence[Row]) -> str | None:
    """Return in what the labels of equal texts differ, if in anything."""
    posts = [row.post for row in group]
    if len({p.harmful for p in posts}) > 1:
        return "label"
    if len({p.categories for p in posts if p.categories}) > 1:
        return "set of categories"
    return "kind" if len({p.kind for p in posts if p.kind}) > 1 else None


def _check_ids(rows: list[Row], found: Imported) -> list[Row]:
    """Reject rows whose id another post has."""
    first: dict[str, Row] = {}
    kept = []
    for row in rows:
        holder = first.setdefault(row.post.id, row)
        if holder is row:
            kept.append(row)
        else:
            found.note(
                "rejected", "id", row, f"has the id of {holder.place} but another text; give it an id of its own"
            )
    return kept


def _check_neighbours(rows: list[Row], other: list[Row], found: Imported) -> list[Row]:
    """Leave out what is nearly the same as a row of the other side, and name the clusters of what stays."""
    links = link([r.canonical for r in rows], [r.canonical for r in other])
    sizes = Counter(links.cluster)
    found.clusters = sum(size > 1 for size in sizes.values())
    kept = []
    for index, row in enumerate(rows):
        if index in links.leaks and says_something(row.canonical):
            leak = other[links.leaks[index]].place
            found.note("left out", "leakage", row, f"is nearly {leak} of the other side; it stays on that side only")
            continue
        first = rows[links.cluster[index]]
        if sizes[links.cluster[index]] == 1:
            kept.append(row)
            continue
        if first is not row and first.post.harmful != row.post.harmful:
            found.note("notice", "near-duplicate", row, f"is nearly {first.place} but labelled otherwise; check both")
        cluster = row.post.cluster or first.post.cluster or first.post.id
        kept.append(replace(row, post=replace(row.post, cluster=cluster)))
    return kept


def _check_language(row: Row, found: Imported) -> Row:
    """Fill in an unstated language, and say where the stated one looks wrong."""
    stated, seen = row.post.lang, row.lang
    if seen == UNDETERMINED or len(row.canonical.split(" ")) < WORDS_FOR_LANGUAGE:
        return row
    if stated == UNDETERMINED:
        return replace(row, post=replace(row.post, lang=seen)) if seen in LANGUAGES else row
    if stated != seen and stated in LANGUAGES:
        found.note(
            "notice", "language", row, f"is labelled {stated} but reads like {seen}; correct `lang` if it is wrong"
        )
    elif stated not in LANGUAGES:
        reason = f"is labelled {stated}, which the model does not know; its posts are answered with `unknown`"
        found.note("notice", "language", row, reason)
    return row
