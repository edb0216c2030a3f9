"""Two folders of scored posts side by side: what moved, whose, and which words did it.

Posts are matched by their id; those with one id by the order in which they come. Only a share of the posts is in memory at once:
the ids are dealt into buckets, and the folders read once a bucket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from classifier.columns import CATEGORY_COLUMNS
from classifier.errors import ArchiveError
from classifier.labels import CATEGORIES
from serve.archive.scored import Scored

#: Posts of one folder in memory at once, about.
BUCKET = 1 << 20
SIDES = ("old", "new")
READ = ("id", "account", "lang", "band", "risk", "logit", *CATEGORY_COLUMNS)
#: Terms shown of a movement.
SHOWN_TERMS = 4
NOBODY = "(no account)"

Change = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TermChange:
    """A stretch of words whose weight changed; a side without it has None."""

    text: str
    old: float | None
    new: float | None

    @property
    def change(self) -> float:
        """What it moved the logit by."""
        return (self.new or 0.0) - (self.old or 0.0)


@dataclass(frozen=True, slots=True)
class Movement:
    """A post that moved.

    Attributes
    ----------
    id, account
        The post.
    bands
        Its old band and its new one.
    logits, risks
        Likewise.
    terms
        The words that moved it most, strongest first.
    """

    id: str
    account: str | None
    bands: Change
    logits: tuple[float, float]
    risks: tuple[float, float]
    terms: tuple[TermChange, ...] = ()


@dataclass
class Comparison:
    """What two folders differ in.

    Attributes
    ----------
    models
        The old model and the new one.
    matched, only_old, only_new
        Posts in both, and in one of them.
    repeated
        Posts whose id another post of the new folder has; they are matched by their order.
    bands
        How many posts went from one band to another, those that stayed included.
    by_account, by_lang, by_category
        The same for posts that changed band; a post's category is its highest on the side where its risk is higher.
    movements
        The posts whose risk changed most.
    with_terms
        Whether both folders hold terms.
    """

    models: tuple[str, str]
    matched: int = 0
    only_old: int = 0
    only_new: int = 0
    repeated: int = 0
    bands: Counter[Change] = field(default_factory=Counter)
    by_account: dict[str, Counter[Change]] = field(default_factory=dict)
    by_lang: dict[str, Counter[Change]] = field(default_factory=dict)
    by_category: dict[str, Counter[Change]] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    with_terms: bool = True

    @property
    def changed(self) -> int:
        """How many posts changed band."""
        return sum(count for (old, new), count in self.bands.items() if old != new)


def compare(old: Scored, new: Scored, top: int = 20) -> Comparison:
    """Compare two folders.

    Parameters
    ----------
    old, new
        The folders.
    top
        How many movements to return.

    Raises
    ------
    ArchiveError
        If a folder cannot be read, or the two have no post in common.
    """
    found = Comparison((old.manifest.model, new.manifest.model))
    found.with_terms = all(side.manifest.options.get("terms") for side in (old, new))
    buckets = max(1, -(-max(old.rows, new.rows) // BUCKET))
    moved: list[pa.Table] = []
    for bucket in range(buckets):
        sides = [_load(side, bucket, buckets) for side in (old, new)]
        found.repeated += pc.sum(pc.greater(sides[1]["nth"], 0)).as_py() or 0
        joined = sides[0].join(
            sides[1], ["id", "nth"], join_type="inner", left_suffix="_old", right_suffix="_new", use_threads=False
        )
        found.matched += joined.num_rows
        found.only_old += sides[0].num_rows - joined.num_rows
        found.only_new += sides[1].num_rows - joined.num_rows
        _count(found, joined)
        moved.append(_strongest(joined, top))
    if not found.matched:
        msg = f"{old.path} and {new.path} have no post id in common; compare two scorings of one archive"
        raise ArchiveError(msg)
    strongest = _strongest(pa.concat_tables(moved), top)
    found.movements = list(_movements(strongest, old, new))
    return found


def _load(side: Scored, bucket: int, buckets: int) -> pa.Table:
    """Return one bucket of a folder: what is compared, and each post's place."""
    tables = []
    for number, part in enumerate(side.manifest.parts):
        table = side.part(part, READ)
        table = table.append_column("part", pa.repeat(pa.scalar(number, pa.int32()), table.num_rows))
        table = table.append_column("place", pa.array(np.arange(table.num_rows, dtype=np.int32)))
        scores = np.stack([table[name].to_numpy() for name in CATEGORY_COLUMNS], axis=1)
        table = table.append_column("category", pa.array(scores.argmax(axis=1).astype(np.int8)))
        table = table.drop_columns(list(CATEGORY_COLUMNS))
        if buckets > 1:
            own = [crc32(post.encode()) % buckets == bucket for post in table["id"].to_pylist()]
            table = table.filter(pa.array(own))
        tables.append(table)
    whole = pa.concat_tables(tables) if tables else _nothing()
    return whole.append_column("nth", pa.array(_nth(whole["id"])))


def _nothing() -> pa.Table:
    names = ("id", "account", "lang", "band", "risk", "logit", "part", "place", "category")
    kinds = (*[pa.string()] * 4, *[pa.float64()] * 2, *[pa.int32()] * 2, pa.int8())
    return pa.schema(list(zip(names, kinds, strict=True))).empty_table()


def _nth(ids: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return for each id how many equal ones come before it."""
    numbers = (
        pc.dictionary_encode(ids).combine_chunks().indices.to_numpy(zero_copy_only=False) if len(ids) else np.array([])
    )
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    firsts = np.flatnonzero(np.diff(ordered, prepend=-1))
    run = np.repeat(firsts, np.diff(np.append(firsts, len(ordered))))
    nth = np.empty(len(numbers), dtype=np.int32)
    nth[order] = np.arange(len(numbers)) - run
    return nth


def _count(found: Comparison, joined: pa.Table) -> None:
    for row in joined.group_by(["band_old", "band_new"]).aggregate([([], "count_all")]).to_pylist():
        found.bands[row["band_old"], row["band_new"]] += row["count_all"]
    changed = joined.filter(pc.not_equal(joined["band_old"], joined["band_new"]))
    higher = pc.greater(changed["risk_old"], changed["risk_new"])
    names = pa.array(CATEGORIES)
    category = names.take(pc.if_else(higher, changed["category_old"], changed["category_new"]).combine_chunks())
    account = pc.fill_null(pc.coalesce(changed["account_new"], changed["account_old"]), NOBODY)
    keys = {"by_account": account, "by_lang": changed["lang_new"], "by_category": category}
    for name, values in keys.items():
        table = pa.table({"key": values, "old": changed["band_old"], "new": changed["band_new"]})
        into: dict[str, Counter[Change]] = getattr(found, name)
        for row in table.group_by(["key", "old", "new"]).aggregate([([], "count_all")]).to_pylist():
            into.setdefault(row["key"], Counter())[row["old"], row["new"]] += row["count_all"]


def _strongest(table: pa.Table, top: int) -> pa.Table:
    """Return the rows whose risk moved most; of equals those that come first in the new folder."""
    moved = pc.abs(pc.subtract(table["risk_new"], table["risk_old"]))
    if "moved" not in table.column_names:
        table = table.append_column("moved", moved)
    keys = [("moved", "descending"), ("part_new", "ascending"), ("place_new", "ascending")]
    return table.take(pc.sort_indices(table, sort_keys=keys)[:top])


def _movements(rows: pa.Table, old: Scored, new: Scored) -> Iterator[Movement]:
    """Yield the movements with their words, read from the parts that hold them."""
    table = rows.to_pylist()
    terms = {
        name: _terms(side, [(row[f"part_{name}"], row[f"place_{name}"]) for row in table])
        for name, side in zip(SIDES, (old, new), strict=True)
    }
    for row in table:
        if row["moved"] == 0:
            return
        weights = [terms[name][row[f"part_{name}"], row[f"place_{name}"]] for name in SIDES]
        yield Movement(
            row["id"],
            row["account_new"],
            (row["band_old"], row["band_new"]),
            (row["logit_old"], row["logit_new"]),
            (row["risk_old"], row["risk_new"]),
            changes(*weights),
        )


def _terms(side: Scored, places: list[tuple[int, int]]) -> dict[tuple[int, int], dict[str, float]]:
    found: dict[tuple[int, int], dict[str, float]] = {}
    for number in sorted({part for part, _ in places}):
        wanted = [place for part, place in places if part == number]
        column = side.part(side.manifest.parts[number], ["terms"])["terms"].take(pa.array(wanted))
        for place, terms in zip(wanted, column.to_pylist(), strict=True):
            weights: dict[str, float] = {}
            for term in terms:
                text = term["text"] or f"characters {term['start']}–{term['end']}"
                weights[text] = weights.get(text, 0.0) + term["weight"]
            found[number, place] = weights
    return found


def changes(old: dict[str, float], new: dict[str, float]) -> tuple[TermChange, ...]:
    """Return the words of both sides by how much their weight changed, strongest first."""
    made = [TermChange(text, old.get(text), new.get(text)) for text in old | new]
    return tuple(sorted(made, key=lambda term: (-abs(term.change), term.text))[:SHOWN_TERMS])
