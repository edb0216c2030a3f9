"""Results as Arrow columns: one row a post, the fields of `classifier.types.Result` by name and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from classifier.decide import BANDS
from classifier.kernel import codes
from classifier.labels import CATEGORIES, GROUNDS
from classifier.language import UNDETERMINED
from classifier.masks import MASKS, kind_of
from classifier.scoring import sigmoid
from classifier.types import Tier, Urgency
from classifier.urgency import ACUTE, SEVERE, TELLING, grade

if TYPE_CHECKING:
    from classifier.model import Model

TIERS: tuple[Tier, ...] = get_args(Tier)

CATEGORY_COLUMNS = tuple(f"category_{name}" for name in CATEGORIES)
GROUND_COLUMNS = tuple(f"ground_{name}" for name in GROUNDS)

TERM = pa.struct(
    [
        pa.field("text", pa.string()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
    ]
)
MENTION = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("text", pa.string()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("lists", pa.list_(pa.string()), nullable=False),
    ]
)

#: What the model says of a post, in the order of the contract; categories and grounds have a column each.
RESULT_SCHEMA = pa.schema(
    [
        pa.field("risk", pa.float64(), nullable=False),
        pa.field("band", pa.string(), nullable=False),
        pa.field("basis", pa.string(), nullable=False),
        *(pa.field(name, pa.float64(), nullable=False) for name in (*CATEGORY_COLUMNS, *GROUND_COLUMNS)),
        pa.field("urgency", pa.string(), nullable=False),
        pa.field("cues", pa.list_(pa.string()), nullable=False),
        pa.field("logit", pa.float64(), nullable=False),
        pa.field("bias", pa.float64(), nullable=False),
        pa.field("terms", pa.list_(TERM), nullable=False),
        pa.field("rest", pa.float64(), nullable=False),
        pa.field("mentions", pa.list_(MENTION), nullable=False),
        pa.field("lang", pa.string(), nullable=False),
        pa.field("coverage", pa.float64(), nullable=False),
        pa.field("window_start", pa.int32(), nullable=False),
        pa.field("window_end", pa.int32(), nullable=False),
        pa.field("model", pa.string(), nullable=False),
        pa.field("forced", pa.bool_(), nullable=False),
    ]
)

#: Posts explained at once: their numbers stay in the processor's cache.
SLICE = 8192
#: A byte of UTF-8 goes on with a character if these of its bits are so.
LEAD_BITS, GOES_ON = 0xC0, 0x80


def score_columns(model: Model, texts: pa.Array, terms: int) -> pa.Table:
    """Score the strings of an Arrow array: what `Model.score_posts` gives, as columns.

    Parameters
    ----------
    model
        The model.
    texts
        UTF-8 strings without nulls.
    terms
        How many contributing stretches to show.

    Returns
    -------
    pyarrow.Table
        `RESULT_SCHEMA`, one row a text, in their order.
    """
    slices = (texts.slice(first, SLICE) for first in range(0, len(texts), SLICE))
    return pa.Table.from_batches([_Slice(model, part, terms).batch() for part in slices], RESULT_SCHEMA)


class _Slice:
    """A few thousand posts on their way to a batch."""

    def __init__(self, model: Model, texts: pa.Array, terms: int) -> None:
        _, offsets, data = texts.buffers()
        ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
        whole = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)
        self.model, self.posts = model, len(texts)
        self.data, self.offsets = whole[ends[0] : ends[-1]], ends - ends[0]
        self.found = model.compiled.explain_arrow(self.data, self.offsets, terms, model.severe_logit)
        self.chances = sigmoid(self.found.logits)
        self.places, self.before = _characters(self.data, self.offsets)

    def batch(self) -> pa.RecordBatch:
        """Return the results."""
        model, found, facts = self.model, self.found, self.found.facts
        grounds, categories = self.chances[:, : len(GROUNDS)], self.chances[:, len(GROUNDS) :]
        risk = grounds.max(axis=1)
        head = facts[:, codes.BEST_HEAD]
        names = [*model.table.languages, UNDETERMINED]
        language = facts[:, codes.LANGUAGE]  # -1, the last name, where there is none
        known = np.array([name in model.policy.languages for name in names])[language]
        bands = model.policy.bands(risk, known, found.coverage, facts[:, codes.WORD_COUNT] == 0)
        tiers, cues = self._urgency(categories)
        columns = [
            pa.array(risk),
            _named(BANDS, bands),
            self._same(model.policy.basis),
            *(pa.array(np.ascontiguousarray(column)) for column in categories.T),
            *(pa.array(np.ascontiguousarray(column)) for column in grounds.T),
            tiers,
            cues,
            pa.array(found.logits[np.arange(self.posts), head]),
            pa.array(model.table.bias[head]),
            self._terms(),
            pa.array(found.rest),
            self._mentions(),
            _named(names, language % len(names)),
            pa.array(found.coverage),
            pa.array(np.ascontiguousarray(facts[:, codes.WINDOW_START])),
            pa.array(np.ascontiguousarray(facts[:, codes.WINDOW_END])),
            self._same(model.name),
            pa.repeat(pa.scalar(model.forced), self.posts),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=RESULT_SCHEMA)

    def _same(self, value: str) -> pa.Array:
        return pa.repeat(pa.scalar(value, pa.string()), self.posts)

    def _urgency(self, categories: NDArray[np.float64]) -> tuple[pa.Array, pa.Array]:
        """Return tiers and cues; only severe posts, and others with cues enough, are looked at one by one."""
        scores = categories[:, [CATEGORIES.index(name) for name in SEVERE]].max(axis=1)
        bound = self.model.policy.severe
        severe = scores >= bound
        listed_cues = np.diff(self.found.facts[:, codes.CUE_END], prepend=0)
        looked_at = np.flatnonzero(severe | ((scores >= ACUTE * bound) & (listed_cues > TELLING))).tolist()
        ends = [0, *self.found.facts[:, codes.CUE_END].tolist()] if looked_at else []
        numbers = np.full(self.posts, TIERS.index(Urgency().tier))
        counts = np.zeros(self.posts, dtype=np.int32)
        listed: list[str] = []
        known: dict[tuple[bool, bytes], tuple[int, tuple[str, ...]]] = {}  # few combinations make up nearly all posts
        for post in looked_at:
            found = self.found.cues[ends[post] : ends[post + 1]]
            key = bool(severe[post]), found.tobytes()
            if key not in known:
                cues = [self.model.compiled.cues[cue] for cue in dict.fromkeys(found.ravel().tolist())]
                urgency = grade(cues, severe=key[0])
                known[key] = TIERS.index(urgency.tier), urgency.cues
            numbers[post], shown = known[key]
            counts[post] = len(shown)
            listed += shown
        return _named(TIERS, numbers), pa.ListArray.from_arrays(_offsets(counts), pa.array(listed, pa.string()))

    def _terms(self) -> pa.Array:
        counts = self.found.facts[:, codes.TERM_COUNT]
        width = self.found.weights.shape[1]
        shown = np.arange(width) < counts[:, None]
        places = self.found.terms.reshape(self.posts, width, 2)[shown]
        values = [
            self._texts(np.repeat(np.arange(self.posts), counts), places[:, 0], places[:, 1]),
            pa.array(np.ascontiguousarray(places[:, 0])),
            pa.array(np.ascontiguousarray(places[:, 1])),
            pa.array(self.found.weights[shown]),
        ]
        return pa.ListArray.from_arrays(_offsets(counts), pa.StructArray.from_arrays(values, fields=list(TERM)))

    def _mentions(self) -> pa.Array:
        counts = np.diff(self.found.facts[:, codes.MENTION_END], prepend=0)
        mask, start, end, name = (np.ascontiguousarray(column) for column in self.found.mentions.T)
        lists = _lists(self.model)
        values = [
            _named([kind_of(m) for m in MASKS], mask),
            self._texts(np.repeat(np.arange(self.posts), counts), start, end),
            pa.array(start),
            pa.array(end),
            lists.take(pa.array(np.where(name < 0, len(lists) - 1, name))),
        ]
        return pa.ListArray.from_arrays(_offsets(counts), pa.StructArray.from_arrays(values, fields=list(MENTION)))

    def _texts(self, posts: NDArray[Any], starts: NDArray[Any], ends: NDArray[Any]) -> pa.Array:
        """Return the stretches between code points of posts, cut out of the bytes."""
        base = self.before[posts]
        first, last = base + starts, base + ends
        if self.places is not None:
            first, last = self.places[first], self.places[last]
        offsets = _offsets(last - first)
        wanted = np.repeat(first - offsets[:-1], last - first) + np.arange(offsets[-1])
        return pa.StringArray.from_buffers(len(posts), pa.py_buffer(offsets), pa.py_buffer(self.data[wanted]))


def _characters(
    data: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64]]:
    """Return where each character begins, the end included, and how many begin before each post; None for pure ASCII."""
    if not len(data) or data.max() < GOES_ON:
        return None, offsets[:-1]
    places = np.append(np.flatnonzero((data & LEAD_BITS) != GOES_ON), len(data))
    return places, np.searchsorted(places, offsets[:-1])


def _offsets(counts: NDArray[Any]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _named(names: Sequence[str], numbers: NDArray[Any]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(numbers))


@lru_cache(maxsize=4)
def _lists(model: Model) -> pa.Array:
    """Return for each surface the lists that are reported, and at the end none."""
    kept = [[x for x in surface.lists if x in model.reported] for surface in model.lexicon.surfaces]
    return pa.array([*kept, []], pa.list_(pa.string()))
