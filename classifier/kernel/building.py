"""A model's tables as the kernel reads them, built from the plain ones when the model is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from classifier.kernel import codes
from classifier.kernel.alphabet import letters as letters_of
from classifier.kernel.arrays import Bytes, Dictionary, Evidence, Longs, Tables, Tries
from classifier.kernel.blocks import order, pack
from classifier.kernel.codes import FACTS, NOTHING
from classifier.kernel.dictionary import BLOCK, fill
from classifier.kernel.features import plant_pairs
from classifier.kernel.ready import char_filter, make_ready
from classifier.kernel.tries import plant
from classifier.labels import LANGUAGES
from classifier.lexicon import Lexicon
from classifier.links import FILE_ENDINGS, KIND_OF_HOST, SHORT_HOSTS, TOP_LEVELS
from classifier.masks import FILE, INVITE, MASKS, PASTE, readable
from classifier.table import Channel, Table

#: Seeds tried for a table; the one with the shortest longest probe is kept.
SEEDS = 4


def code_points(strings: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Return where each string begins (one more than strings) and all their code points."""
    places = np.zeros(len(strings) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, strings), dtype=np.int32, count=len(strings)), out=places[1:])
    pool = np.frombuffer("".join(strings).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return places, np.pad(pool, (0, BLOCK))  # strings are compared in blocks


def slots_for(count: int) -> int:
    """Return a power of two that leaves at least half of the slots empty."""
    return 1 << max(4, (2 * count).bit_length())


def dictionary(strings: Sequence[str], *, words: bool = False) -> Dictionary:
    """Return strings as a hash table, hashed as words or not; a string's number is its place."""
    places, pool = code_points(strings)
    slots = np.zeros(slots_for(len(strings)), dtype=np.uint64)
    runs = {seed: fill(slots, np.uint64(seed), places, pool, words) for seed in range(1, SEEDS + 1)}
    seed = np.uint64(min(runs, key=lambda s: runs[s]))
    fill(slots, seed, places, pool, words)
    return Dictionary(slots, np.array([seed]), places, pool)


class TrieBuilder:
    """Collects phrases of word numbers.

    Parameters
    ----------
    first
        The number of the first state; smaller ones are roots that the caller keeps.
    """

    def __init__(self, first: int = 0) -> None:
        self.moves: dict[tuple[int, int], int] = {}
        self.values = [NOTHING] * first

    def state(self) -> int:
        """Return a new state."""
        self.values.append(NOTHING)
        return len(self.values) - 1

    def add(self, root: int, words: Iterable[int]) -> int:
        """Return the state that some words lead to from a root, made where it is missing."""
        state = root
        for word in words:
            step = (state, word)
            found = self.moves.get(step)
            if found is None:
                found = self.moves[step] = self.state()
            state = found
        return state

    def build(self) -> Tries:
        """Return the hash table."""
        slots = np.zeros(2 * slots_for(len(self.moves)), dtype=np.uint64)
        steps = np.array(list(self.moves), dtype=np.int64).reshape(-1, 2)
        columns = steps[:, 0].copy(), steps[:, 1].copy(), np.array(list(self.moves.values()), dtype=np.int64)
        values = np.array([*self.values, NOTHING], dtype=np.int32)
        runs = {seed: plant(slots, np.uint64(seed), *columns, values) for seed in range(1, SEEDS + 1)}
        seed = np.uint64(min(runs, key=lambda s: runs[s]))
        plant(slots, seed, *columns, values)
        return Tries(slots, np.array([seed]), values)


class Builder:
    """Builds the tables of one model.

    Parameters
    ----------
    table
        The model's numbers.
    lexicon
        Its names, code words and cues.
    """

    def __init__(self, table: Table, lexicon: Lexicon) -> None:
        self.table = table
        self.lexicon = lexicon
        ready, others = self._vocabulary()
        self.words = ready + others
        self.ready = len(ready)
        self.number = {word: number for number, word in enumerate(self.words)}
        self.facts = np.full((len(self.words), FACTS), NOTHING, dtype=np.int32)
        self.facts[:, [codes.ROWS_START, codes.ROWS_COUNT, codes.KNOWN_AND_LANGUAGE]] = 0
        self._spell()
        self.phrases = TrieBuilder()
        self.cues: list[tuple[str, str]] = [("named", readable(mask)) for mask in MASKS]

    def _spell(self) -> None:
        """Write the size and the first letters of each word beside its facts."""
        places, pool = code_points(self.words)
        self.facts[:, codes.FLAGS] = np.diff(places) << codes.SIZE_SHIFT
        self.facts[:, codes.FIRST_LETTER :] = sliding_window_view(pool, BLOCK)[places[:-1]]

    def _vocabulary(self) -> tuple[list[str], list[str]]:
        """Return the words whose rows stand ready (the masks first), and all others that some list knows."""
        table, lexicon = self.table, self.lexicon
        spoken = [table.languages.index(code) for code in LANGUAGES if code in table.languages]
        telling = np.flatnonzero((table.language_scores[:, spoken] != 0).any(axis=1)).tolist() if spoken else []
        pieces = [term.split(" ") for term in table.words.terms]
        ready = dict.fromkeys(MASKS)
        # Frequent words first: what is known of them then shares cache lines.
        frequent = np.argsort(table.words.idf, kind="stable").tolist()
        ready.update(dict.fromkeys(pieces[row][0] for row in frequent if len(pieces[row]) == 1))
        ready.update(dict.fromkeys(table.known))
        ready.update(dict.fromkeys(table.language_words[i] for i in telling))
        others: dict[str, None] = {}
        for phrases in (pieces, (s.tokens for s in lexicon.surfaces), lexicon.spared, *lexicon.cues.values()):
            others.update(dict.fromkeys(word for phrase in phrases for word in phrase if word not in ready))
        others.update(dict.fromkeys(word for word in table.language_words if word not in ready))
        return [word for word in ready if word], [word for word in others if word]

    def build(self) -> tuple[Bytes, Longs]:
        """Return the block of all tables and the places of its parts."""
        self._learn_words()
        word_grams, pairs, own = self._word_grams()
        names = self._names()
        self._spared()
        cues = self._cues()
        chars, grounds, heads = self._weights()
        hosts, host_flags = _hosts()
        tables = Tables(
            settings=self._settings(),
            letters=letters_of(),
            hosts=hosts,
            host_flags=host_flags,
            words=dictionary(self.words, words=True),
            facts=self.facts,
            rows=np.zeros(0, dtype=np.int32),
            ground_sums=np.zeros((self.ready, codes.GROUND_SUMS)),
            head_sums=np.zeros((self.ready, codes.HEAD_SUMS)),
            phrases=self.phrases.build(),
            word_grams=word_grams,
            pairs=pairs,
            char_grams=chars,
            char_filter=char_filter(chars.seed[0], chars.places, chars.pool, max(64, len(chars.slots) // 16)),
            ground_weights=grounds,
            head_weights=heads,
            growth=self._growth(),
            bias=np.asarray(self.table.bias, dtype=np.float64),
            names=names,
            cues=cues,
            evidence=self.evidence,
            spare_filter=self._spare_filter(),
            forms=self.facts.view(np.uint32).reshape(-1),
        )
        return pack(order(tables._replace(rows=make_ready(tables, own))))

    def _settings(self) -> NDArray[np.int64]:
        settings = np.zeros(codes.SETTINGS, dtype=np.int64)
        orders = self.table.orders
        settings[[codes.CHAR_LOW, codes.CHAR_HIGH]] = orders.chars
        settings[[codes.WORD_LOW, codes.WORD_HIGH]] = orders.words
        settings[codes.WINDOW] = self.table.window
        settings[codes.WORD_ROWS] = len(self.table.words.terms)
        settings[codes.READY] = self.ready
        settings[codes.LANGUAGES] = len(self.table.languages)
        return settings

    def _learn_words(self) -> None:
        """Write which words the model has seen and which tell a language."""
        number, facts = self.number, self.facts[:, codes.KNOWN_AND_LANGUAGE]
        facts[[number[word] for word in self.table.known if word]] |= 1
        told = [(number[word], row) for row, word in enumerate(self.table.language_words) if word]
        words, rows = np.array(told, dtype=np.int32).reshape(-1, 2).T
        self.evidence, kinds = _evidence(np.asarray(self.table.language_scores, dtype=np.float32))
        facts[words] |= (kinds[rows] + 1) << 1

    def _word_grams(self) -> tuple[Tries, NDArray[np.uint64], NDArray[np.int32]]:
        """Return the n-grams of several words, as tries or as pairs, and the words' own rows, of the orders that count."""
        low, high = self.table.orders.words
        own = np.full(len(self.words), NOTHING, dtype=np.int32)
        grams, pairs = TrieBuilder(len(self.words)), []
        for row, term in enumerate(self.table.words.terms):
            words = [self.number.get(piece, NOTHING) for piece in term.split(" ")]
            if NOTHING in words or not low <= len(words) <= high:
                continue
            if len(words) == 1:
                own[words[0]] = row
                continue
            self.facts[words[0], codes.FLAGS] |= codes.BEGINS_GRAM
            self.facts[words[1:], codes.FLAGS] |= codes.GOES_ON_GRAM
            if high == codes.PAIR:
                pairs.append((*words, row))
            else:
                grams.values[grams.add(words[0], words[1:])] = row
        return grams.build(), self._pairs(np.array(pairs, dtype=np.int64).reshape(-1, 3)), own

    def _pairs(self, pairs: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the tables of pairs, one after another; write where each word's begins and its size to the facts."""
        counts = np.bincount(pairs[:, 0], minlength=len(self.words))
        bits = np.ceil(np.log2(np.maximum(2 * counts, 1))).astype(np.int32)
        sizes = np.where(counts > 0, 1 << bits, 0)
        self.facts[:, codes.PAIRS] = np.cumsum(sizes) - sizes
        self.facts[:, codes.FLAGS] |= bits << codes.PAIRS_SHIFT
        slots = np.zeros(int(sizes.sum()) + 1, dtype=np.uint64)
        plant_pairs(self.facts, slots, *np.ascontiguousarray(pairs.T))
        return slots

    def _terminal(self, column: int, phrase: Sequence[str]) -> int:
        """Return the state at the end of a phrase; its root is kept with its first word."""
        words = [self.number[word] for word in phrase]
        if self.facts[words[0], column] == NOTHING:
            self.facts[words[0], column] = self.phrases.state()
        return self.phrases.add(int(self.facts[words[0], column]), words[1:])

    def _names(self) -> NDArray[np.int32]:
        """Collect the names; of two with the same words the first stored counts, as in the plain index."""
        facts = np.zeros((len(self.lexicon.surfaces) + 1, 4), dtype=np.int32)
        for number, surface in enumerate(self.lexicon.surfaces):
            if not all(surface.tokens):
                continue
            state = self._terminal(codes.NAME_ROOT, surface.tokens)
            if self.phrases.values[state] == NOTHING:
                self.phrases.values[state] = number
            facts[number] = len(surface.tokens), MASKS.index(surface.mask), number, surface.ambiguous
        return facts

    def _spared(self) -> None:
        for phrase in sorted(self.lexicon.spared):
            if all(phrase):
                self.phrases.values[self._terminal(codes.SPARE_ROOT, phrase)] = 1

    def _spare_filter(self) -> NDArray[np.uint8]:
        bits = np.zeros(256, dtype=np.uint8)
        for phrase in self.lexicon.spared:
            if all(phrase):
                bits[(ord(phrase[0][0]) + 31 * len(phrase[0])) & 255] = 1
        return bits

    def _cues(self) -> NDArray[np.int32]:
        """Collect the cues: for each phrase how many kinds it is of, and their numbers."""
        kinds: dict[tuple[str, ...], list[str]] = {}
        for kind, phrases in self.lexicon.cues.items():
            for phrase in sorted(phrases):
                if all(phrase):
                    kinds.setdefault(phrase, []).append(kind)
        pool: list[int] = []
        for phrase, of in kinds.items():
            self.phrases.values[self._terminal(codes.CUE_ROOT, phrase)] = len(pool)
            pool.extend([len(of), *range(len(self.cues), len(self.cues) + len(of))])
            self.cues.extend((kind, readable(" ".join(phrase))) for kind in of)
        return np.array([*pool, 0], dtype=np.int32)

    def _weights(self) -> tuple[Dictionary, NDArray[np.float64], NDArray[np.float64]]:
        """Return the character n-grams and the weighted idf of all rows: for the grounds, and for every head."""
        table = self.table
        heads = np.concatenate([_weighted(table.words), _weighted(table.chars)])
        grounds = np.concatenate([heads[:, : codes.GROUND_COUNT], heads[:, -1:]], axis=1)
        return dictionary(table.chars.terms), np.ascontiguousarray(grounds), heads

    def _growth(self) -> NDArray[np.float64]:
        """Return how the damped term frequency f falls behind the number of occurrences.

        Row k is for the k-th repetition, the occurrence n = k + 1: by how much less than 1 f grows with it, by how much
        less f², and ``f(n) / n - 1``.
        """
        n = np.arange(self.table.window * (codes.LONGEST_TOKEN + 2) + 2, dtype=np.float64)
        f = n.copy()
        if self.table.sublinear:
            f[1:] = 1.0 + np.log(n[1:])
        return np.stack([np.diff(f) - 1.0, np.diff(f * f) - 1.0, f[1:] / n[1:] - 1.0], axis=1)


def _weighted(channel: Channel) -> NDArray[np.float64]:
    """Return ``idf · weights`` of a channel with the squared idf as the last column."""
    idf = np.asarray(channel.idf, dtype=np.float64)[:, np.newaxis]
    return np.concatenate([idf * channel.weights, idf * idf], axis=1)


def _evidence(scores: NDArray[np.float32]) -> tuple[Evidence, NDArray[np.int32]]:
    """Return the different rows of a table of languages without their zeros, and which of them each row is.

    Most words tell of one language or two, and many say the same: a twelfth of the table is left.
    """
    weights = np.random.default_rng(0).integers(1, 1 << 63, scores.shape[1], dtype=np.uint64) | np.uint64(1)
    keys = (np.ascontiguousarray(scores).view(np.uint32) * weights).sum(axis=1, dtype=np.uint64)
    _, chosen, kinds = np.unique(keys, return_index=True, return_inverse=True)  # ten times as fast as of whole rows
    distinct = scores[chosen]
    if not np.array_equal(distinct[kinds], scores):  # two rows with one key
        distinct, kinds = scores, np.arange(len(scores))
    rows, languages = np.nonzero(distinct)
    starts = np.searchsorted(rows, np.arange(len(distinct) + 1)).astype(np.int32)
    return Evidence(starts, languages.astype(np.int32), distinct[rows, languages]), kinds.reshape(-1).astype(np.int32)


def _hosts() -> tuple[Dictionary, NDArray[np.int32]]:
    """Return what links are judged by, and as what."""
    kinds: dict[str, Any] = {INVITE: codes.HOST_INVITE, PASTE: codes.HOST_PASTE, FILE: codes.HOST_FILE}
    flags: dict[str, int] = {}
    for strings, flag in ((TOP_LEVELS, codes.TOP_LEVEL), (SHORT_HOSTS, codes.SHORT_HOST), (FILE_ENDINGS, codes.ENDING)):
        for string in sorted(strings):
            flags[string] = flags.get(string, 0) | flag
    for host, mask in KIND_OF_HOST.items():
        flags[host] = flags.get(host, 0) | kinds[mask]
    return dictionary(list(flags)), np.array(list(flags.values()), dtype=np.int32)
