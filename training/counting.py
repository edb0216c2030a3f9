"""How often each n-gram stands in each text, before any is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer


def count(texts: Sequence[str], settings: dict[str, Any]) -> tuple[sparse.csr_matrix, list[str]]:
    """Count every n-gram of some texts.

    Parameters
    ----------
    texts
        Canonical: words between single spaces.
    settings
        Arguments of `CountVectorizer`.

    Returns
    -------
    counts : csr_matrix
        int32, shape ``(texts, n-grams)``.
    terms : list of str
        The n-grams, sorted.
    """
    if settings["analyzer"] == "char_wb":
        return _count_inside_words(texts, settings)
    counter = CountVectorizer(dtype=np.int32, **settings)
    counts = counter.fit_transform(texts)
    return counts, counter.get_feature_names_out().tolist()


def _count_inside_words(texts: Sequence[str], settings: dict[str, Any]) -> tuple[sparse.csr_matrix, list[str]]:
    """Count each different word's n-grams once and add them up by text: a tenth of the work, for words repeat."""
    words = CountVectorizer(dtype=np.int32, lowercase=False, analyzer=str.split)
    standing = words.fit_transform(texts)
    inside = CountVectorizer(dtype=np.int32, **settings)
    return standing @ inside.fit_transform(words.get_feature_names_out()), inside.get_feature_names_out().tolist()
