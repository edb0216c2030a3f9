"""From canonical texts to keyed hashes: of their words, of their character 5-grams, and what their words weigh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import Codes, Ints, Longs, Words64
from classifier.kernel.compiler import allocating, inlined, whole
from classifier.kernel.siphash import siphash

SIZE = 5
#: The longest stock phrase, in words.
LONGEST_PHRASE = 8
#: Multiplier and shift of a phrase's running hash.
PHRASE, FOLD = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)

#: Hashes are found by so many of their high bits.
BUCKET_BITS, HIGH = 16, np.uint64(48)

Hashes = NDArray[np.uint32]
Bits = NDArray[np.float32]


@allocating
def hash_words(key: Words64, letters: Codes, token_ends: Longs, ends: Longs) -> Words64:
    """Return the keyed hash of each token of a batch; `ends` as `classifier.kernel.reading.read_posts` writes it."""
    hashes = np.empty(ends[-1, 0], dtype=np.uint64)
    for post in range(len(ends) - 1):
        start = ends[post, 1]
        for token in range(ends[post, 0], ends[post + 1, 0]):
            hashes[token] = siphash(key, letters, start, token_ends[token])
            start = token_ends[token] + 1
    return hashes


@allocating
def hash_grams(
    key: Words64, letters: Codes, token_ends: Longs, ends: Longs, bits: Bits, rare: float
) -> tuple[Hashes, Longs, Hashes, Longs]:
    """Return the 5-grams of each text as keyed hashes; a shorter text is one n-gram of its own, an empty one has none.

    Of the 64 bits the low 32 are kept: two texts of 100 n-grams each are taken to share one too many once in 400,000
    pairs, and an index is half as large.

    Parameters
    ----------
    key
        Two numbers.
    letters, token_ends, ends
        As `classifier.kernel.reading.read_posts` writes them.
    bits
        What each word weighs.
    rare
        From how many bits on a word is rare.

    Returns
    -------
    grams, places : ndarray
        Each text's n-grams, ascending, none twice, and where they begin.
    telling, telling_places : ndarray
        Those that touch a rare word, in the order of the text; all of them where they are less than a third.
    """
    places, telling_places = np.zeros(len(ends), dtype=np.int64), np.zeros(len(ends), dtype=np.int64)
    grams = np.empty(ends[-1, 1] + 1, dtype=np.uint32)
    telling = np.empty(ends[-1, 1] + 1, dtype=np.uint32)
    written = told = 0
    for post in range(len(ends) - 1):
        start, end = ends[post, 1], ends[post + 1, 1]
        first, token, touched = written, ends[post, 0], -1
        if end > start:
            for at in range(start, max(end - SIZE, start) + 1):
                stop = min(at + SIZE, end)
                grams[written] = np.uint32(siphash(key, letters, at, stop))
                # `touched` is the end of the last rare word that begins before `stop`
                while token < ends[post + 1, 0] and (token == ends[post, 0] or token_ends[token - 1] + 1 < stop):
                    touched = token_ends[token] if bits[token] >= rare else touched
                    token += 1
                if touched > at:
                    telling[told] = grams[written]
                    told += 1
                written += 1
            if 3 * (told - telling_places[post]) < written - first:
                told = telling_places[post] + written - first
                telling[telling_places[post] : told] = grams[first:written]
            grams[first:written].sort()
            kept = first
            for i in range(first + 1, written):
                if grams[i] != grams[kept]:
                    kept += 1
                    grams[kept] = grams[i]
            written = kept + 1
        places[post + 1], telling_places[post + 1] = written, told
    return grams[:written].copy(), places, telling[:told].copy(), telling_places


def buckets_of(ascending: Words64) -> Ints:
    """Return where the hashes of each beginning are."""
    beginnings = np.arange((1 << BUCKET_BITS) + 1, dtype=np.uint64)
    return np.searchsorted(ascending >> HIGH, beginnings).astype(np.int32)


@inlined
def find(ascending: Words64, buckets: Ints, wanted: np.uint64) -> int:
    """Return the place of a hash, or -1; `buckets` as `buckets_of` returns it."""
    high_bits = whole(wanted >> HIGH)
    for place in range(buckets[high_bits], buckets[high_bits + 1]):
        if ascending[place] == wanted:
            return place
    return -1


@inlined
def extend(phrase: np.uint64, word: np.uint64) -> np.uint64:
    """Return the hash of a phrase with one word more."""
    mixed = (phrase ^ word) * PHRASE
    return mixed ^ mixed >> FOLD


@allocating
def hash_phrases(words: Words64, ends: Longs, length: int) -> tuple[Words64, Longs]:
    """Return the hashes of all phrases of `length` words within each post, and the post of each; `ends` counts words."""
    phrases, posts = np.empty(len(words), dtype=np.uint64), np.empty(len(words), dtype=np.int64)
    written = 0
    for post in range(len(ends) - 1):
        for at in range(ends[post], ends[post + 1] - length + 1):
            phrase = np.uint64(0)
            for i in range(length):
                phrase = extend(phrase, words[at + i])
            phrases[written], posts[written] = phrase, post
            written += 1
    return phrases[:written].copy(), posts[:written].copy()


@allocating
def weigh(
    words: Words64,
    ends: Longs,
    listed: Words64,
    listed_buckets: Ints,
    listed_bits: Bits,
    stock: Words64,
    stock_buckets: Ints,
    unlisted: float,
) -> Bits:
    """Return the bits of surprise in each word.

    Parameters
    ----------
    words
        Hashes of the words, all posts' one after another.
    ends
        How many words there are up to the end of each post, one more than posts.
    listed, listed_buckets, listed_bits
        Hashes of known words, ascending, where each beginning of them is, and the bits of each.
    stock, stock_buckets
        Hashes of stock phrases likewise; a word inside one weighs nothing.
    unlisted
        The bits of any other word.
    """
    bits = np.empty(len(words), dtype=np.float32)
    for i in range(len(words)):
        place = find(listed, listed_buckets, words[i])
        bits[i] = listed_bits[place] if place >= 0 else unlisted
    if len(stock):
        for post in range(len(ends) - 1):
            for at in range(ends[post], ends[post + 1]):
                phrase = np.uint64(0)
                for i in range(at, min(at + LONGEST_PHRASE, ends[post + 1])):
                    phrase = extend(phrase, words[i])
                    if find(stock, stock_buckets, phrase) >= 0:
                        bits[at : i + 1] = 0
    return bits
