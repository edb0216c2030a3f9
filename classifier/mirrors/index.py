"""An index of confirmed posts: which of them a new post repeats, a little reworded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.errors import MirrorError
from classifier.kernel.arrays import sealed
from classifier.kernel.matching import match
from classifier.masks import readable
from classifier.mirrors.background import Background
from classifier.mirrors.contents import Contents, Digester, Signature, pick
from classifier.mirrors.keys import Key
from classifier.mirrors.reading import plain_reader
from classifier.types import Post

#: Least similarity, and least bits of shared words: chosen by measurement, see docs/decisions/0013-mirrors.md.
THRESHOLD, LEAST_BITS = 0.35, 45.0
#: Pairs a thread has room for at first.
ROOM = 4096


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a post may be a copy of: a proposal to look, never a verdict.

    Attributes
    ----------
    entry
        The id of the confirmed post.
    similarity
        Jaccard similarity of the character 5-grams of the canonical texts.
    bits
        How telling the words are that both share.
    added
        Stretches of the post whose words the entry does not have.
    dropped
        How many words of the entry the post does not have.
    dropped_words
        These words in canonical form, where the index keeps the text; what was masked as its kind, ``‹LINK›``.
    """

    entry: str
    similarity: float
    bits: float
    added: tuple[str, ...]
    dropped: int
    dropped_words: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Entries:
    """The arrays of an index.

    Attributes
    ----------
    ids
        Of the posts, in order.
    grams, places, words, word_places
        As in `classifier.mirrors.contents.Contents`.
    keys, rows
        For each band the entries' keys, ascending, and whose they are, shape ``(bands, entries)``.
    texts
        Canonical texts, where the owner wants them kept.
    """

    ids: tuple[str, ...]
    grams: NDArray[np.uint32]
    places: NDArray[np.int64]
    words: NDArray[np.uint32]
    word_places: NDArray[np.int64]
    keys: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    texts: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def without(self, rows: Iterable[int]) -> Entries:
        """Return the entries that are not among `rows`; nothing of the others is left in any array."""
        kept = np.ones(len(self), dtype=bool)
        kept[list(rows)] = False
        number = np.cumsum(kept, dtype=np.int64) - 1
        standing = kept[self.rows]
        shape = (len(self.rows), int(kept.sum()))
        left = np.flatnonzero(kept)
        grams, places = pick(self.grams, self.places, left)
        words, word_places = pick(self.words, self.word_places, left)
        return Entries(
            tuple(self.ids[row] for row in left.tolist()),
            grams,
            places,
            words,
            word_places,
            self.keys[standing].reshape(shape),
            number[self.rows[standing]].astype(np.uint32).reshape(shape),
            self.texts and tuple(self.texts[row] for row in left.tolist()),
        )


def entries_of(contents: Contents, ids: Sequence[str], texts: tuple[str, ...] | None = None) -> Entries:
    """Return contents with their bands sorted."""
    keys = np.empty(contents.keys.shape[::-1], dtype=np.uint32)
    rows = np.empty_like(keys)
    for band in range(len(keys)):
        rows[band] = np.argsort(contents.keys[:, band], kind="stable")
        keys[band] = contents.keys[rows[band], band]
    return Entries(tuple(ids), contents.grams, contents.places, contents.words, contents.word_places, keys, rows, texts)


class MirrorIndex:
    """Confirmed posts, as hashes under one key.

    Parameters
    ----------
    key
        The key.
    background
        What is commonplace.
    entries
        The posts.
    signature
        How candidates are found.
    threshold
        Least similarity of a match.
    least_bits
        Least bits of the words that a match shares.
    """

    def __init__(
        self,
        key: Key,
        background: Background,
        entries: Entries,
        signature: Signature | None = None,
        threshold: float = THRESHOLD,
        least_bits: float = LEAST_BITS,
    ) -> None:
        self.key, self.background, self.entries = key, background, entries
        self.signature = signature or Signature()
        self.threshold, self.least_bits = threshold, least_bits
        self._digest = Digester(key, background, self.signature)
        self._texts = tuple(sealed(a) for a in (entries.grams, entries.places, entries.words, entries.word_places))
        self._keys, self._rows = sealed(entries.keys), sealed(entries.rows)

    def __len__(self) -> int:
        return len(self.entries)

    def match(self, posts: Sequence[Post], limit: int = 5, workers: int = 1) -> list[list[Match]]:
        """Return for each post the entries that it may be a copy of, the most similar first.

        Parameters
        ----------
        posts
            New posts.
        limit
            At most so many entries a post.
        workers
            Threads.
        """
        pairs, scores = self.pairs([post.text for post in posts], workers)
        found: list[list[Match]] = [[] for _ in posts]
        order = np.lexsort((pairs[:, 1], -scores[:, 0], pairs[:, 0]))
        stretches: tuple[int, list[tuple[str, str]]] = (-1, [])
        for row in order.tolist():
            post, entry = pairs[row].tolist()
            if len(found[post]) < limit:
                if stretches[0] != post:
                    stretches = post, plain_reader().stretches(posts[post].text)
                found[post].append(self._match(entry, scores[row].tolist(), stretches[1]))
        return found

    def pairs(self, texts: Sequence[str], workers: int = 1) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the pairs of texts and entries that match.

        Parameters
        ----------
        texts
            New texts.
        workers
            Threads.

        Returns
        -------
        pairs : ndarray
            Text and entry, shape ``(n, 2)``.
        scores : ndarray
            Similarity and bits, shape ``(n, 2)``.
        """
        contents = self._digest(texts)
        telling = np.flatnonzero(contents.weights >= self.least_bits)
        cuts = np.array_split(telling, max(workers, 1))
        with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
            parts = list(pool.map(lambda cut: self._search(contents, cut), cuts))
        return np.concatenate([p for p, _ in parts]), np.concatenate([s for _, s in parts])

    def _search(self, contents: Contents, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        seen = np.full(len(self), -1, dtype=np.int32)
        pairs, scores = np.empty((ROOM, 2), dtype=np.int64), np.empty((ROOM, 2), dtype=np.float32)
        found: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = [(pairs[:0], scores[:0])]
        chosen, place = sealed(chosen), 0
        texts, bits, keys = contents.texts, sealed(contents.bits), sealed(contents.keys)
        while place < len(chosen):
            start = place
            place, count = match(
                texts, bits, keys, self._texts, self._keys, self._rows, self.threshold, self.least_bits,
                seen, chosen, place, pairs, scores,
            )  # fmt: skip
            found.append((pairs[:count].copy(), scores[:count].copy()))
            if place == start:  # one post filled it
                pairs, scores = (np.concatenate([a, np.empty_like(a)]) for a in (pairs, scores))
            seen[:] = -1
        return np.concatenate([p for p, _ in found]), np.concatenate([s for _, s in found])

    def _match(self, entry: int, score: list[float], stretches: list[tuple[str, str]]) -> Match:
        """Return a match with the words that were added and dropped; words that moved are neither."""
        start, end = self.entries.word_places[entry : entry + 2].tolist()
        theirs = self.entries.words[start:end].tolist()
        ours = self._digest.words([word for word, _ in stretches])
        spare, missing = Counter(theirs), Counter(ours)
        added = []
        for word, (_, stretch) in zip(ours, stretches, strict=True):
            if spare[word]:
                spare[word] -= 1
            else:
                added.append(stretch)
        dropped = []
        kept = self.entries.texts and self.entries.texts[entry].split(" ")
        for place, word in enumerate(theirs):
            if missing[word]:
                missing[word] -= 1
            else:
                dropped.append(place)
        words = tuple(readable(kept[place]) for place in dropped) if kept else None
        return Match(self.entries.ids[entry], score[0], score[1], tuple(added), len(dropped), words)

    def withdraw(self, ids: Iterable[str]) -> MirrorIndex:
        """Return an index without some entries.

        Raises
        ------
        MirrorError
            If an id is none of an entry.
        """
        rows = {name: row for row, name in enumerate(self.entries.ids)}
        wanted = list(ids)
        unknown = [name for name in wanted if name not in rows]
        if unknown:
            msg = f"no entry has the id {unknown[0]!r}" + (f", nor {len(unknown) - 1} more" if unknown[1:] else "")
            raise MirrorError(msg)
        left = self.entries.without(rows[name] for name in wanted)
        return MirrorIndex(self.key, self.background, left, self.signature, self.threshold, self.least_bits)
