"""The arrays that the stages share, by what they are: tables of a model, and the scratch of a thread."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Codes = NDArray[np.uint32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Words64 = NDArray[np.uint64]
Floats = NDArray[np.float64]
Matrix = NDArray[np.float64]


class Letters(NamedTuple):
    """The alphabet; see `classifier.kernel.alphabet`."""

    pages: Ints
    entries: Words64
    pool: Codes
    pool_kinds: Bytes
    ascii_kinds: Bytes


class Dictionary(NamedTuple):
    """Strings of code points, each with a number, found by hash; see `classifier.kernel.dictionary`."""

    slots: Words64
    seed: Words64
    places: Ints
    pool: Codes


class Tries(NamedTuple):
    """Transitions of tries over word numbers; see `classifier.kernel.tries`."""

    slots: Words64
    seed: Words64
    values: Ints


class Evidence(NamedTuple):
    """What words tell of languages: rows of languages with their log-likelihoods, one after another."""

    starts: Ints
    languages: Ints
    scores: NDArray[np.float32]


class Tables(NamedTuple):
    """Everything of a model that the kernel reads.

    Attributes
    ----------
    settings
        See `classifier.kernel.codes`.
    letters
        The alphabet.
    hosts
        Hosts, top-level names and endings of links; `host_flags` says which.
    words
        Every word that any list knows.
    facts
        What is known of each word, shape ``(words, FACTS)``, its first letters behind it.
    rows
        The feature rows of the words that have them ready: the word itself and its character n-grams.
    ground_sums, head_sums
        For those words the sum of the rows' weighted idf in each channel, with the squared idf last; padded.
    phrases
        Names, code words and cues.
    word_grams
        Word n-grams from two words up, where they are longer than two words.
    pairs
        Else each word's table of those after it: the word plus one above, the row below.
    char_grams
        Character n-grams.
    char_filter
        Bit map over hashes: character n-grams that are in no way in the vocabulary.
    ground_weights, head_weights
        Weighted idf of each row, the squared idf last; words first, then characters.
    growth
        What each repetition of a row in a window changes; see `classifier.kernel.building.Builder`.
    bias
        One a head.
    names
        Surface number, length and mask of each terminal of the names' trie.
    cues
        Cue numbers, all terminals' one after another.
    evidence
        What words tell of languages.
    spare_filter
        Which first letters and lengths a code word can begin with.
    forms
        The facts once more, in one row: the letters in them are code points.
    """

    settings: Longs
    letters: Letters
    hosts: Dictionary
    host_flags: Ints
    words: Dictionary
    facts: NDArray[np.int32]
    rows: Ints
    ground_sums: NDArray[np.float64]
    head_sums: NDArray[np.float64]
    phrases: Tries
    word_grams: Tries
    pairs: Words64
    char_grams: Dictionary
    char_filter: Words64
    ground_weights: NDArray[np.float64]
    head_weights: NDArray[np.float64]
    growth: NDArray[np.float64]
    bias: Floats
    names: NDArray[np.int32]
    cues: Ints
    evidence: Evidence
    spare_filter: Bytes
    forms: Codes


class Stream(NamedTuple):
    """Canonical characters: code point, kind, and the original code point each came from."""

    chars: Codes
    kinds: Bytes
    source: Ints


class Links(NamedTuple):
    """Links and handles in a stream, in order."""

    starts: Ints
    ends: Ints
    masks: Ints


class Tokens(NamedTuple):
    """Tokens: where their letters stand, where they came from, what they are, which word and which name.

    The summary holds what any of them bears, how many single letters there are, and how many tokens there are at last.
    """

    letters: Codes
    starts: Ints
    sizes: Ints
    first: Ints
    last: Ints
    marks: Ints
    words: Ints
    hashes: Words64
    names: Ints
    summary: Ints


class Features(NamedTuple):
    """The n-grams of a post: rows by token, and the counters of the window at hand."""

    rows: Ints
    row_starts: Ints
    row_counts: Ints
    grams: Ints
    gram_ends: Ints
    gram_starts: Ints
    window: Ints
    padded: Codes
    seen: Bytes
    stamp: Bytes
    extra: Ints
    again: Ints
    sums: Floats
    best: Floats
    token_weights: Floats
    stretch_starts: Ints
    stretch_ends: Ints
    stretch_weights: Floats
    languages: Floats


class Scratch(NamedTuple):
    """The work space of one thread."""

    stream: Stream
    links: Links
    tokens: Tokens
    features: Features
    block: Bytes


class Out(NamedTuple):
    """What `explain` writes, one row a post, and two lists of any length."""

    logits: NDArray[np.float64]
    facts: NDArray[np.int32]
    coverage: Floats
    terms: NDArray[np.int32]
    weights: NDArray[np.float64]
    rest: Floats
    mentions: NDArray[np.int32]
    cues: NDArray[np.int32]


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as kernels are compiled for: in one piece, read-only, and no subclass, such as a mapped file."""
    array = np.ascontiguousarray(array).view(np.ndarray)[...]
    array.flags.writeable = False
    return array
