"""The compiled scorer: the plain path's answers, at the machine's speed."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from classifier.kernel import codes
from classifier.kernel.alphabet import growth
from classifier.kernel.arrays import Bytes, Codes, Longs
from classifier.kernel.blocks import part, reserve
from classifier.kernel.building import Builder
from classifier.kernel.compiler import keep_compiled
from classifier.kernel.dictionary import fill
from classifier.kernel.features import plant_pairs
from classifier.kernel.post import score_posts
from classifier.kernel.reading import read_posts
from classifier.kernel.ready import char_filter, make_ready
from classifier.kernel.signs import mark_code
from classifier.kernel.tries import plant
from classifier.kernel.vectors import BYTES, LETTERS
from classifier.language import NO_LANGUAGE
from classifier.lexicon import Lexicon
from classifier.scoring import chance, sigmoid
from classifier.table import Table

#: Scratch for a post of so many bytes is made at once; it doubles up to the second number and is then kept.
SMALLEST, LARGEST_KEPT = 1 << 11, 1 << 14
#: So many texts are worth Arrow's way of encoding them.
MANY = 4096
SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Explained:
    """What there is to say of a batch, in columns.

    Attributes
    ----------
    logits
        Each head's maximum over the windows, shape ``(posts, heads)``.
    facts
        int32, shape ``(posts, 8)``; see the columns at the end of `classifier.kernel.codes`.
    coverage
        Share of the words that the model has seen.
    terms
        First and end code point of each shown stretch, shape ``(posts, 2 · terms)``; as many as the fact says.
    weights
        What each adds to the logit, shape ``(posts, terms)``.
    rest
        What the others add.
    mentions
        ``(mask, start, end, surface or -1)``, all posts' one after another; the fact says where a post's end.
    cues
        Cue numbers likewise, for posts with a category at `severe` or above.
    """

    logits: NDArray[np.float64]
    facts: NDArray[np.int32]
    coverage: NDArray[np.float64]
    terms: NDArray[np.int32]
    weights: NDArray[np.float64]
    rest: NDArray[np.float64]
    mentions: NDArray[np.int32]
    cues: NDArray[np.int32]


class CompiledScorer:
    """Scores texts by one compiled walk; equal to the plain path to 1e-9 in the logit. Safe to share between threads.

    Parameters
    ----------
    table
        The model's numbers.
    lexicon
        Its names, code words and cues.
    cache
        Parent folder of the compiled code; None is the user's cache folder.
    """

    def __init__(self, table: Table, lexicon: Lexicon, cache: Path | None = None) -> None:
        prepare(cache)
        builder = Builder(table, lexicon)
        self._block, self._places = builder.build()
        self.cues: tuple[tuple[str, str], ...] = tuple(builder.cues)
        self._rows = len(table.words.terms) + len(table.chars.terms)
        self._window, self._orders = table.window, table.orders
        self._languages = len(table.languages)
        self._no_language = table.languages.index(NO_LANGUAGE) if NO_LANGUAGE in table.languages else None
        self._scratch = threading.local()
        self._no_report = _report_arrays(0, 0, 0)

    def risks(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the risk of each text: the highest window's higher ground."""
        return self.risks_arrow(*buffers(texts))

    def risks_arrow(self, data: Bytes, offsets: NDArray[Any]) -> NDArray[np.float64]:
        """Return the risk of each string of an Arrow array.

        Parameters
        ----------
        data
            UTF-8 of all strings. Bytes that are none are read as Python's ``errors="replace"`` reads them.
        offsets
            int32 or int64, one more than strings; it may begin anywhere in `data`.
        """
        logits = self._score(data, offsets, codes.GROUNDS_ONLY, codes.GROUND_COUNT)
        return sigmoid(reduce(np.maximum, logits.T))  # ten times as fast as a maximum over so short an axis

    def one(self, text: str) -> float:
        """Return the risk of one text; what is made and checked for a batch takes longer than scoring one."""
        data, offsets = _single(text)
        block, places = self._room(len(data))
        logits = np.empty((1, codes.GROUND_COUNT))
        score_posts(
            self._block,
            self._places,
            data,
            offsets,
            block,
            places,
            codes.GROUNDS_ONLY,
            0,
            logits,
            self._no_report,
            np.inf,
        )
        return chance(max(logits[0].tolist()))

    def tokens(self, text: str) -> list[tuple[str, int, int]]:
        """Return the canonical tokens of one text, each with the code points it came from."""
        data, offsets = _single(text)
        work = self._work(offsets)
        self._score(data, offsets, codes.GROUNDS_ONLY, codes.GROUND_COUNT, work)
        letters, starts, sizes, first, last = (part(*work, 6 + i, np.uint32 if i == 0 else np.int32) for i in range(5))
        count = int(part(*work, 15, np.int32)[2])
        if not count:
            return []
        places, sizes = starts[:count].tolist(), sizes[:count].tolist()
        written = letters[: places[-1] + sizes[-1]].tobytes().decode("utf-32-le")
        words = (written[a : a + n] for a, n in zip(places, sizes, strict=True))
        return list(zip(words, first[:count].tolist(), last[:count].tolist(), strict=True))

    def read_arrow(self, data: Bytes, offsets: NDArray[Any]) -> tuple[Codes, Longs, Longs]:
        """Return the canonical texts of the strings of an Arrow array.

        Returns
        -------
        letters : ndarray
            The code points of all texts, tokens joined by blanks.
        token_ends : ndarray
            Where each token ends among them.
        ends : ndarray
            Tokens and letters up to the end of each text, shape ``(texts + 1, 2)``.
        """
        data, offsets = _sealed(data, np.uint8), _sealed(offsets, np.int64)
        _check(data, offsets)
        posts, room = len(offsets) - 1, int(offsets[-1] - offsets[0]) + 64
        ends = np.zeros((posts + 1, 2), dtype=np.int64)
        letters, token_ends = np.empty(room, dtype=np.uint32), np.empty(room // 2, dtype=np.int64)
        work = self._work(offsets)
        first = 0
        while (
            first := read_posts(self._block, self._places, data, offsets, *work, letters, token_ends, ends, first)
        ) < posts:
            letters, token_ends = (np.concatenate([a, np.empty_like(a)]) for a in (letters, token_ends))
        return letters[: ends[-1, 1]], token_ends[: ends[-1, 0]], ends

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return each head's maximum over the windows, shape ``(texts, heads)``."""
        data, offsets = buffers(texts)
        return self._score(data, offsets, codes.ALL_HEADS, codes.HEAD_COUNT)

    def explain(self, texts: Sequence[str], terms: int, severe: float = np.inf) -> Explained:
        """Return logits with all that explains them.

        Parameters
        ----------
        texts
            The posts.
        terms
            How many stretches to show.
        severe
            The logit of a category from which cues are listed.
        """
        if len(texts) == 1:  # what a batch is checked for takes as long as scoring a post
            return self._explain(*_single(texts[0]), terms, severe)
        return self.explain_arrow(*buffers(texts), terms, severe)

    def explain_arrow(self, data: Bytes, offsets: NDArray[Any], terms: int, severe: float = np.inf) -> Explained:
        """Return the same for the strings of an Arrow array."""
        data, offsets = _sealed(data, np.uint8), _sealed(offsets, np.int64)
        _check(data, offsets)
        return self._explain(data, offsets, terms, severe)

    def _explain(self, data: Bytes, offsets: Longs, terms: int, severe: float) -> Explained:
        posts = len(offsets) - 1
        logits = np.empty((posts, codes.HEAD_COUNT))
        # a post is scored again where its lists find no room: one of emoji only has a cue every two bytes
        report = _report_arrays(posts, terms, 4 * posts + 16 + int(offsets[-1] - offsets[0]) // 2)
        work, work_places = self._work(offsets)
        first = 0
        while (
            first := score_posts(
                self._block,
                self._places,
                data,
                offsets,
                work,
                work_places,
                codes.EXPLAINED,
                first,
                logits,
                report,
                severe,
            )
        ) < posts:
            report = (*report[:-2], *(np.concatenate([a, np.empty_like(a)]) for a in report[-2:]))
        _, facts, coverage, shown, weights, rest, mentions, cues = report
        if self._no_language is not None:
            mark_code(data, offsets, facts, self._no_language)
        last = facts[-1].tolist() if posts else [0] * facts.shape[1]
        listed = mentions[: last[codes.MENTION_END]], cues[: last[codes.CUE_END]]
        return Explained(logits, facts, coverage, shown, weights, rest, *listed)

    def _score(
        self, data: Bytes, offsets: NDArray[Any], wanted: int, heads: int, work: tuple[Bytes, Longs] | None = None
    ) -> NDArray[np.float64]:
        data, offsets = _sealed(data, np.uint8), _sealed(offsets, np.int64)
        _check(data, offsets)
        logits = np.empty((len(offsets) - 1, heads))
        block, places = work or self._work(offsets)
        score_posts(self._block, self._places, data, offsets, block, places, wanted, 0, logits, self._no_report, np.inf)
        return logits

    def _work(self, offsets: Longs) -> tuple[Bytes, Longs]:
        """Return this thread's scratch, large enough for the longest post of a batch."""
        return self._room(int((offsets[1:] - offsets[:-1]).max()) if len(offsets) > 1 else 0)

    def _room(self, longest: int) -> tuple[Bytes, Longs]:
        """Return this thread's scratch for posts of so many bytes; what an unusual one needs is not kept."""
        kept: tuple[int, tuple[Bytes, Longs]] | None = getattr(self._scratch, "kept", None)
        if kept is not None and kept[0] >= longest:
            return kept[1]
        size = max(SMALLEST, 1 << max(longest - 1, 1).bit_length())
        made = self._reserve(size)
        if size <= LARGEST_KEPT:
            self._scratch.kept = size, made
        return made

    def _reserve(self, size: int) -> tuple[Bytes, Longs]:
        """Return scratch for posts of `size` bytes, in the order of the leaves of `Scratch`."""
        chars = size * growth() + 64
        low, high = self._orders.chars
        orders, most = high - low + 1, max(self._orders.words[1] - 1, 0)
        occurrences = self._window * ((codes.LONGEST_TOKEN + 2) * orders + most + 2) + 1 + 32
        tokens = [(chars, np.uint32), *[(chars, np.int32)] * 6, (chars, np.uint64), (chars, np.int32), (3, np.int32)]
        features = [
            (chars * (2 * orders + 1), np.int32),
            *[(chars, np.int32)] * 2,
            *[(chars * max(most, 1), np.int32)] * 2,
            (chars + 1, np.int32),
            (occurrences, np.int32),
            (codes.LONGEST_TOKEN + 2 + 8, np.uint32),
            (self._rows, np.uint8),
            (1, np.uint8),
            (self._rows, np.int32),
            (occurrences, np.int32),
            *[(codes.HEAD_SUMS, np.float64)] * 2,
            (self._window, np.float64),
            *[(self._window, np.int32)] * 2,
            (self._window, np.float64),
            (self._languages, np.float64),
            (BYTES + 3 * LETTERS, np.uint8),
        ]
        stream = [(chars, np.uint32), (chars, np.uint8), (chars, np.int32)]
        return reserve([*stream, *[(chars, np.int32)] * 3, *tokens, *features])


def prepare(cache: Path | None = None) -> Path:
    """Say where compiled code is kept, and return it; the first call decides."""
    if not score_posts.stats.cache_path:  # type: ignore[attr-defined]  # numba's dispatcher has it
        keep_compiled([score_posts, read_posts, make_ready, char_filter, fill, plant, plant_pairs, mark_code], cache)
    return Path(score_posts.stats.cache_path)  # type: ignore[attr-defined]  # as above


def is_compiled() -> bool:
    """Tell whether this machine has the scorer's machine code, so that loading a model takes a second, not a minute."""
    return any(prepare().glob("post.score_posts-*.nbc"))


def buffers(texts: Sequence[str]) -> tuple[Bytes, Longs]:
    """Return texts as UTF-8 bytes and int64 offsets; lone surrogates become U+FFFD.

    Arrow converts three times as fast, but imports pandas first where that is installed: a second, too long for one post.
    """
    try:
        return _by_arrow(texts) if len(texts) >= MANY else _encode(texts)
    except (UnicodeEncodeError, pa.ArrowInvalid):
        return _encode([SURROGATES.sub("\ufffd", text) for text in texts])


def _by_arrow(texts: Sequence[str]) -> tuple[Bytes, Longs]:
    _, offsets, data = pa.array(texts, pa.large_string()).buffers()
    return np.frombuffer(data, dtype=np.uint8), np.frombuffer(offsets, dtype=np.int64)[: len(texts) + 1]


def _encode(texts: Sequence[str]) -> tuple[Bytes, Longs]:
    whole = "".join(texts)
    encoded = [] if whole.isascii() else [text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, encoded or texts), dtype=np.int64, count=len(texts)), out=offsets[1:])
    return np.frombuffer(b"".join(encoded) or whole.encode(), dtype=np.uint8), offsets


def _single(text: str) -> tuple[Bytes, Longs]:
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = SURROGATES.sub("\ufffd", text).encode()
    offsets = np.array((0, len(data)))
    offsets.flags.writeable = False
    return np.frombuffer(data, dtype=np.uint8), offsets


def _sealed(array: NDArray[Any], kind: type[Any]) -> NDArray[Any]:
    """Return an array as the kernel is compiled for: in one piece and read-only, whichever way it came."""
    array = np.ascontiguousarray(array, dtype=kind).view()
    array.flags.writeable = False
    return array


def _check(data: Bytes, offsets: Longs) -> None:
    """Refuse offsets that do not ascend within the data: the kernel trusts them.

    Raises
    ------
    ValueError
        If they do not.
    """
    if len(offsets) == 0 or offsets[0] < 0 or offsets[-1] > len(data) or bool((offsets[1:] < offsets[:-1]).any()):
        raise ValueError("offsets must ascend from 0 or more to the size of the data at most")


def _report_arrays(posts: int, terms: int, room: int) -> tuple[NDArray[Any], ...]:
    """Return the arrays of `classifier.kernel.arrays.Out`, its logits apart."""
    return (
        np.empty((0, 0)),
        np.zeros((posts, 8), dtype=np.int32),
        np.empty(posts),
        np.zeros((posts, 2 * terms), dtype=np.int32),
        np.zeros((posts, terms)),
        np.empty(posts),
        np.empty((room, 4), dtype=np.int32),
        np.empty((room, 1), dtype=np.int32),
    )
