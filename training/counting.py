"""How often each n-gram stands in each text, before any is chosen."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer


@dataclass(frozen=True)
class Counts:
    """The counts of some texts, as a product that is never multiplied out: of a million posts it has 300 million entries.

    Attributes
    ----------
    standing
        How often each part stands in each text, float32, shape ``(texts, parts)``.
    inside
        How often each n-gram stands in each part, float32, shape ``(parts, n-grams)``; None where the parts are the n-grams.
    terms
        The n-grams.
    """

    standing: sparse.csr_matrix
    inside: sparse.csr_matrix | None
    terms: list[str]

    def grouped(self, groups: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return how often each n-gram stands in each group of texts; `groups` has shape ``(groups, texts)``."""
        together: sparse.csr_matrix = groups @ self.standing
        return together if self.inside is None else together @ self.inside

    def columns(self, chosen: Sequence[int]) -> sparse.csr_matrix:
        """Return the counts of some n-grams, in the order given, float32, shape ``(texts, chosen)``."""
        found = self.standing[:, chosen] if self.inside is None else self.standing @ self.inside[:, chosen]
        found.sort_indices()
        return found


def count(texts: Sequence[str], settings: dict[str, Any], least: int = 1) -> Counts:
    """Count every n-gram of some texts.

    Parameters
    ----------
    texts
        Canonical: words between single spaces.
    settings
        Arguments of `CountVectorizer`; either ``analyzer="char_wb"``, or words between spaces.
    least
        Word n-grams that stand in fewer texts are left out. Of a million posts they are most of them.
    """
    if settings["analyzer"] == "char_wb":
        return _inside_words(texts, settings)
    return _of_words(texts, settings["ngram_range"], least)


def _inside_words(texts: Sequence[str], settings: dict[str, Any]) -> Counts:
    """Count each different word's n-grams once and add them up by text: a tenth of the work, for words repeat."""
    words = _of_words(texts, (1, 1), 1)
    inside = CountVectorizer(dtype=np.float32, **settings)
    counts = inside.fit_transform(words.terms)
    return Counts(words.standing, counts, inside.get_feature_names_out().tolist())


def _of_words(texts: Sequence[str], orders: tuple[int, int], least: int) -> Counts:
    """Count word n-grams by number: as strings in a dictionary, a million posts' pairs alone would take gigabytes."""
    ids, owner, words = _numbered(texts)
    codes, found, terms = ids, [], []
    for size in range(1, orders[1] + 1):
        if size > 1:  # each n-gram is the one before it and a word behind
            codes = np.unique(codes[:-1] * len(words) + ids[size - 1 :], return_inverse=True)[1]
        whole = owner[: len(codes)] == owner[size - 1 :]
        if size < orders[0]:
            continue
        names, first, columns = np.unique(codes[whole], return_index=True, return_inverse=True)
        shape = (len(texts), len(names))
        counts = sparse.csr_matrix(
            (np.ones(len(columns), dtype=np.float32), (owner[: len(codes)][whole], columns)), shape
        )
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=len(names)) >= least)
        found.append(counts[:, kept] if len(kept) < len(names) else counts)
        starts = np.flatnonzero(whole)[first[kept]].tolist()
        terms += [" ".join(words[i] for i in ids[start : start + size].tolist()) for start in starts]
    return Counts(found[0] if len(found) == 1 else sparse.hstack(found, format="csr"), None, terms)


def _numbered(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int32], list[str]]:
    """Return the words of all texts as numbers, the text that each stands in, and what the numbers mean."""
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    ids, lengths = array("i"), array("i")
    for text in texts:
        tokens = text.split()
        ids.extend(map(numbers.__getitem__, tokens))
        lengths.append(len(tokens))
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), np.frombuffer(lengths, dtype=np.int32))
    return np.frombuffer(ids, dtype=np.int32).astype(np.int64), owner, list(numbers)
