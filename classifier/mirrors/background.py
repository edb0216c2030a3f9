"""What is commonplace: how often words are used, and the phrases that millions share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.batches import batched
from classifier.canonical import alphabet
from classifier.kernel.arrays import Ints, Longs, Words64, sealed
from classifier.kernel.shingles import LONGEST_PHRASE, buckets_of, hash_phrases, hash_words
from classifier.masks import MASKS
from classifier.mirrors.keys import Key
from classifier.mirrors.reading import plain_reader, prepare
from classifier.table import Table
from classifier.types import Post

STOCK_PHRASES = Path(__file__).parent.parent / "data" / "stock_phrases.txt"
#: Probability of a word that no list has, as in the table of languages.
FLOOR = 2e-6
UNLISTED = 18.0
#: Words that are hardly commoner than an unlisted one are not worth a place.
LISTED = 17.0
#: From so many bits on a word is rare: outside the commonest 200 or so of its language.
RARE = 10.0
#: Words of a phrase that is learnt from traffic.
LEARNT_WORDS = 4
BATCH = 8192
FIRST_EMOJI = 0x2190


class Hashed(NamedTuple):
    """Words and phrases by their hashes, as `classifier.kernel.shingles.weigh` takes them."""

    listed: Words64
    listed_buckets: Ints
    listed_bits: NDArray[np.float32]
    stock: Words64
    stock_buckets: Ints


@dataclass(frozen=True)
class Background:
    """Words with the bits of surprise in each, and stock phrases, which hold none.

    Attributes
    ----------
    words, bits
        Canonical words, and ``-log2`` of each one's probability in the language that uses it most.
    phrases
        Canonical stock phrases.
    learnt
        Phrases of the owner's traffic, as keyed hashes.
    """

    words: tuple[str, ...] = field(repr=False)
    bits: NDArray[np.float32] = field(repr=False)
    phrases: tuple[str, ...] = field(repr=False)
    learnt: NDArray[np.uint64] = field(repr=False)

    @classmethod
    def of(cls, table: Table) -> Background:
        """Return what a model knows of the frequency of words, with the phrases that are shipped."""
        chances = np.exp(table.language_scores.astype(np.float64).max(axis=1, initial=0.0)) * FLOOR - FLOOR
        bits = np.minimum(-np.log2(np.maximum(chances, FLOOR)), UNLISTED)
        known = (bits < LISTED) & ~np.isin(np.array(table.language_words, dtype=object), MASKS)
        words = tuple(word for word, kept in zip(table.language_words, known.tolist(), strict=True) if kept)
        return cls(words, bits[known].astype(np.float32), stock_phrases(), np.empty(0, dtype=np.uint64))

    def learn(self, posts: Iterable[Post], key: Key, least: int) -> Background:
        """Return a background that knows the phrases of at least `least` accounts of ordinary traffic.

        Parameters
        ----------
        posts
            The traffic; a post without an account counts as one of its own.
        key
            The key of the index.
        least
            So many accounts make a phrase of four words commonplace.
        """
        counts: Counter[int] = Counter()
        said: set[tuple[str, int]] = set()
        for batch in batched(posts, BATCH):
            letters, token_ends, ends = plain_reader().batch([post.text for post in batch])
            words = hash_words(key.part(b"words"), letters, token_ends, ends)
            phrases, owners = hash_phrases(words, np.ascontiguousarray(ends[:, 0]), LEARNT_WORDS)
            for post, phrase in set(zip(owners.tolist(), phrases.tolist(), strict=True)):
                account = batch[post].account
                if account is None or (account, phrase) not in said:
                    counts[phrase] += 1
                    if account is not None:
                        said.add((account, phrase))
        found = sorted(phrase for phrase, count in counts.items() if count >= least)
        return replace(self, learnt=np.array(found, dtype=np.uint64))

    def hashed(self, key: Key) -> Hashed:
        """Return what `classifier.kernel.shingles.weigh` knows words and phrases by."""
        own = key.part(b"words")
        words = hash_list([*self.words, *MASKS], own)
        bits = np.concatenate([self.bits, np.zeros(len(MASKS), dtype=np.float32)])
        order = np.argsort(words, kind="stable")
        found = [self.learnt]
        for length in range(1, LONGEST_PHRASE + 1):
            phrases = [phrase.split(" ") for phrase in self.phrases if phrase.count(" ") == length - 1]
            flat = hash_list([word for phrase in phrases for word in phrase], own)
            ends = np.arange(len(phrases) + 1, dtype=np.int64) * length
            found.append(hash_phrases(flat, ends, length)[0])
        listed, stock = words[order], np.unique(np.concatenate(found))
        return Hashed(*(sealed(a) for a in (listed, buckets_of(listed), bits[order], stock, buckets_of(stock))))


def hash_list(words: Sequence[str], key: Words64) -> Words64:
    """Return the keyed hashes of canonical words."""
    prepare()
    letters = np.frombuffer("".join(words).encode("utf-32-le"), dtype=np.uint32)
    sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    ends: Longs = np.zeros((len(words) + 1, 2), dtype=np.int64)
    ends[1:, 0], ends[1:, 1] = np.arange(1, len(words) + 1), np.cumsum(sizes)
    return hash_words(key, letters.copy(), np.cumsum(sizes), ends)


@cache
def stock_phrases() -> tuple[str, ...]:
    """Return the phrases that are shipped, and what emoji are read as, in canonical words."""
    lines = STOCK_PHRASES.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line.strip() and not line.startswith("#")]
    found = {" ".join(plain_reader()(line)) for line in written}
    emoji = (form.split() for char, form in alphabet().canonical.items() if ord(char) >= FIRST_EMOJI)
    found |= {" ".join(words) for words in emoji if len(words) > 1}
    return tuple(sorted(p for p in found if p and p.count(" ") < LONGEST_PHRASE))
