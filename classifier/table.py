"""The model as plain arrays: ``table.npz``, what serving loads instead of a pickle."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.errors import ModelChanged
from classifier.features import Orders

FIXED_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Channel:
    """One kind of n-gram with its vocabulary.

    Attributes
    ----------
    terms
        The n-grams, sorted.
    idf
        Inverse document frequency of each, shape ``(terms,)``.
    weights
        What one unit of normalised tf-idf adds to each head's logit, shape ``(terms, heads)``.
    """

    terms: tuple[str, ...]
    idf: NDArray[np.float64]
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """All numbers of a model.

    Attributes
    ----------
    words, chars
        The two channels; each is L2-normalised on its own.
    bias
        Shape ``(heads,)``, calibration folded in.
    heads
        Their names, grounds first.
    orders
        N-gram orders.
    window
        Tokens a window; the stride is half of it.
    sublinear
        Whether a term frequency counts as ``1 + ln tf``.
    known
        The words that coverage counts as seen, sorted.
    language_words
        Words that tell a language, sorted.
    language_scores
        Their log-likelihood a language, shape ``(words, languages)``, 0 where the word is no evidence.
    languages
        Language codes of the columns.
    """

    words: Channel
    chars: Channel
    bias: NDArray[np.float64]
    heads: tuple[str, ...]
    orders: Orders
    window: int
    sublinear: bool
    known: tuple[str, ...]
    language_words: tuple[str, ...]
    language_scores: NDArray[np.float32]
    languages: tuple[str, ...]


def _pack(strings: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return UTF-8 bytes and offsets of a list of strings."""
    encoded = [s.encode() for s in strings]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def _unpack(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> tuple[str, ...]:
    blob = data.tobytes()
    places = offsets.tolist()
    return tuple(blob[a:b].decode() for a, b in pairwise(places))


def to_bytes(table: Table) -> bytes:
    """Serialise a table; the same table gives the same bytes."""
    meta = {
        "heads": table.heads,
        "languages": table.languages,
        "word_orders": table.orders.words,
        "char_orders": table.orders.chars,
        "window": table.window,
        "sublinear": table.sublinear,
    }
    arrays: dict[str, NDArray[Any]] = {
        "meta": np.frombuffer(json.dumps(meta, sort_keys=True).encode(), dtype=np.uint8),
        "bias": table.bias,
        "language_scores": table.language_scores,
    }
    for name, channel in (("words", table.words), ("chars", table.chars)):
        arrays[f"{name}_idf"], arrays[f"{name}_weights"] = channel.idf, channel.weights
    lists = {
        "words": table.words.terms,
        "chars": table.chars.terms,
        "known": table.known,
        "language_words": table.language_words,
    }
    for name, strings in lists.items():
        arrays[f"{name}_data"], arrays[f"{name}_offsets"] = _pack(strings)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", FIXED_DATE), member.getvalue())
    return out.getvalue()


def from_bytes(data: bytes) -> Table:
    """Read a table; no pickle is ever opened.

    Raises
    ------
    ModelChanged
        If the bytes are not those of a table.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            meta = json.loads(arrays["meta"].tobytes())
            words, chars = (
                Channel(
                    _unpack(arrays[f"{name}_data"], arrays[f"{name}_offsets"]),
                    arrays[f"{name}_idf"],
                    arrays[f"{name}_weights"],
                )
                for name in ("words", "chars")
            )
            return Table(
                words=words,
                chars=chars,
                bias=arrays["bias"],
                heads=tuple(meta["heads"]),
                orders=Orders(tuple(meta["word_orders"]), tuple(meta["char_orders"])),
                window=meta["window"],
                sublinear=meta["sublinear"],
                known=_unpack(arrays["known_data"], arrays["known_offsets"]),
                language_words=_unpack(arrays["language_words_data"], arrays["language_words_offsets"]),
                language_scores=arrays["language_scores"],
                languages=tuple(meta["languages"]),
            )
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        msg = "table.npz is not a Watchword table; restore the model folder or run `watchword train`"
        raise ModelChanged(msg) from error
