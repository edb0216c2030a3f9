"""What is kept of a text: hashes of its n-grams and words, and the keys by which its like is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import sealed
from classifier.kernel.shingles import hash_grams, hash_words, weigh
from classifier.mirrors.background import RARE, UNLISTED, Background, hash_list
from classifier.mirrors.keys import Key
from classifier.mirrors.reading import plain_reader

BANDS, ROWS, SEED = 40, 3, 1
#: Texts given to the MinHash library at once; it answers in lists.
CHUNK = 8192
MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Signature:
    """How candidates are found: MinHash of the n-grams that touch a rare word, cut into bands.

    Attributes
    ----------
    bands, rows
        Two texts of similarity s share a key with probability ``1 - (1 - s ** rows) ** bands``.
    seed
        Of the hash functions; the hashes that go in are keyed already.
    """

    bands: int = BANDS
    rows: int = ROWS
    seed: int = SEED

    def keys(self, grams: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the band keys of texts, shape ``(texts, bands)``."""
        from rensa import RMinHash

        texts = len(places) - 1
        found = np.empty((texts, self.bands), dtype=np.uint32)
        for start in range(0, texts, CHUNK):
            stop = min(start + CHUNK, texts)
            part = grams[places[start] : places[stop]].astype(np.uint64)
            offsets = (places[start : stop + 1] - places[start]).astype(np.uint64)
            matrix = RMinHash.digest_matrix_from_flat_token_hashes(part, offsets, self.bands * self.rows, self.seed)
            values = np.array(matrix.to_rows(), dtype=np.uint64).reshape(stop - start, self.bands, self.rows)
            mixed = (values * MIX[: self.rows]).sum(axis=2, dtype=np.uint64)
            found[start:stop] = (mixed ^ mixed >> np.uint64(32)).astype(np.uint32)
        return found


@dataclass(frozen=True)
class Contents:
    """Texts as hashes.

    Attributes
    ----------
    grams, places
        The ascending set of 5-grams of each text, and where it begins; one place more than texts.
    words, word_places
        Its words in order, and where they begin.
    bits
        What each word weighs.
    keys
        Band keys, shape ``(texts, bands)``.
    whole
        64 bits of each text as a whole.
    weights
        The bits of the distinct words of each text.
    """

    grams: NDArray[np.uint32]
    places: NDArray[np.int64]
    words: NDArray[np.uint32]
    word_places: NDArray[np.int64]
    bits: NDArray[np.float32]
    keys: NDArray[np.uint32]
    whole: NDArray[np.uint64]
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.places) - 1

    @property
    def texts(self) -> tuple[NDArray[Any], ...]:
        """The arrays of `classifier.kernel.matching.Texts`."""
        return tuple(sealed(a) for a in (self.grams, self.places, self.words, self.word_places))

    def take(self, rows: NDArray[np.int64]) -> Contents:
        """Return the contents of some of the texts."""
        grams, places = pick(self.grams, self.places, rows)
        words, word_places = pick(self.words, self.word_places, rows)
        bits, _ = pick(self.bits, self.word_places, rows)
        return Contents(grams, places, words, word_places, bits, self.keys[rows], self.whole[rows], self.weights[rows])


def pick(
    flat: NDArray[Any], places: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the parts of some rows, one after another, and where each begins."""
    sizes = np.diff(places)[rows]
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
    chosen = np.arange(ends[-1]) + np.repeat(places[rows] - ends[:-1], sizes)
    return flat[chosen], ends


def distinct_bits(
    words: NDArray[np.uint32], places: NDArray[np.int64], bits: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return for each text the bits of its words, each word once."""
    texts = len(places) - 1
    owners = np.repeat(np.arange(texts, dtype=np.uint64), np.diff(places))
    order = np.argsort(-bits, kind="stable")
    _, first = np.unique((owners << np.uint64(32) | words)[order], return_index=True)
    kept = order[first]
    return np.bincount(owners[kept].astype(np.int64), weights=bits[kept], minlength=texts).astype(np.float64)


class Digester:
    """Turns texts into hashes under one key.

    Parameters
    ----------
    key
        The key.
    background
        What is commonplace.
    signature
        How candidates are found.
    """

    def __init__(self, key: Key, background: Background, signature: Signature | None = None) -> None:
        self.signature = signature or Signature()
        self._words, self._grams = key.part(b"words"), key.part(b"grams")
        self._background = background.hashed(key)

    def __call__(self, texts: Sequence[str]) -> Contents:
        """Return what is kept of texts."""
        letters, token_ends, ends = plain_reader().batch(texts)
        words = hash_words(self._words, letters, token_ends, ends)
        word_places = np.ascontiguousarray(ends[:, 0])
        bits = weigh(words, word_places, *self._background, UNLISTED)
        grams, places, telling, telling_places = hash_grams(self._grams, letters, token_ends, ends, bits, RARE)
        return Contents(
            grams,
            places,
            words.astype(np.uint32),
            word_places,
            bits,
            self.signature.keys(telling, telling_places),
            _wholes(words, word_places),
            distinct_bits(words.astype(np.uint32), word_places, bits),
        )

    def words(self, words: Sequence[str]) -> list[int]:
        """Return the hashes of canonical words."""
        found: list[int] = hash_list(words, self._words).astype(np.uint32).tolist()
        return found


def _wholes(words: NDArray[np.uint64], places: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a hash of each text: of its words and their places, summed."""
    rank = np.arange(len(words), dtype=np.uint64) - np.repeat(places[:-1], np.diff(places)).astype(np.uint64)
    mixed = (words ^ rank * MIX[0]) * MIX[1]
    mixed = (mixed ^ mixed >> np.uint64(29)) * MIX[2]
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed ^ mixed >> np.uint64(32), dtype=np.uint64)])
    found: NDArray[np.uint64] = sums[places[1:]] - sums[places[:-1]]
    return found


def join(parts: Sequence[Contents]) -> Contents:
    """Return the contents of several batches as one."""

    def places(name: str) -> NDArray[np.int64]:
        sizes = [np.diff(getattr(part, name)) for part in parts]
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(sizes), dtype=np.int64)])

    def flat(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    return Contents(
        flat("grams"),
        places("places"),
        flat("words"),
        places("word_places"),
        *(flat(name) for name in ("bits", "keys", "whole", "weights")),
    )
