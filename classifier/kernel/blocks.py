"""Blocks of bytes that hold all arrays of a model, or all scratch of a thread.

Passing 60 arrays from Python to compiled code takes longer than scoring a post. So Python passes a block and the places of
its parts, and `open_tables` and `open_scratch` give the parts their names again, inside the compiled code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import (
    Bytes,
    Dictionary,
    Evidence,
    Features,
    Letters,
    Links,
    Longs,
    Scratch,
    Stream,
    Tables,
    Tokens,
    Tries,
)
from classifier.kernel.codes import FACTS, GROUND_SUMS, HEAD_SUMS
from classifier.kernel.compiler import allocating

ALIGNMENT = 64


@allocating
def _part(block: Bytes, places: Longs, index: int) -> Bytes:
    return block[places[2 * index] : places[2 * index + 1]]


@allocating
def open_tables(block: Bytes, places: Longs, heads: int, grounds: int) -> Tables:
    """Name the parts of a model's block, in the order that `order` gives them."""
    letters = Letters(
        _part(block, places, 1).view(np.int32),
        _part(block, places, 2).view(np.uint64),
        _part(block, places, 3).view(np.uint32),
        _part(block, places, 4),
        _part(block, places, 5),
    )
    hosts = _dictionary(block, places, 6)
    words = _dictionary(block, places, 11)
    facts = _part(block, places, 15)
    phrases = _tries(block, places, 19)
    word_grams = _tries(block, places, 22)
    char_grams = _dictionary(block, places, 26)
    return Tables(
        _part(block, places, 0).view(np.int64),
        letters,
        hosts,
        _part(block, places, 10).view(np.int32),
        words,
        facts.view(np.int32).reshape((-1, FACTS)),
        _part(block, places, 16).view(np.int32),
        _part(block, places, 17).view(np.float64).reshape((-1, GROUND_SUMS)),
        _part(block, places, 18).view(np.float64).reshape((-1, HEAD_SUMS)),
        phrases,
        word_grams,
        _part(block, places, 25).view(np.uint64),
        char_grams,
        _part(block, places, 30).view(np.uint64),
        _part(block, places, 31).view(np.float64).reshape((-1, grounds + 1)),
        _part(block, places, 32).view(np.float64).reshape((-1, heads + 1)),
        _part(block, places, 33).view(np.float64).reshape((-1, 3)),
        _part(block, places, 34).view(np.float64),
        _part(block, places, 35).view(np.int32).reshape((-1, 4)),
        _part(block, places, 36).view(np.int32),
        Evidence(
            _part(block, places, 37).view(np.int32),
            _part(block, places, 38).view(np.int32),
            _part(block, places, 39).view(np.float32),
        ),
        _part(block, places, 40),
        facts.view(np.uint32),
    )


@allocating
def _dictionary(block: Bytes, places: Longs, first: int) -> Dictionary:
    return Dictionary(
        _part(block, places, first).view(np.uint64),
        _part(block, places, first + 1).view(np.uint64),
        _part(block, places, first + 2).view(np.int32),
        _part(block, places, first + 3).view(np.uint32),
    )


@allocating
def _tries(block: Bytes, places: Longs, first: int) -> Tries:
    return Tries(
        _part(block, places, first).view(np.uint64),
        _part(block, places, first + 1).view(np.uint64),
        _part(block, places, first + 2).view(np.int32),
    )


@allocating
def open_scratch(block: Bytes, places: Longs) -> Scratch:
    """Name the parts of a thread's block, in the order of the leaves of `Scratch`."""
    stream = Stream(
        _part(block, places, 0).view(np.uint32), _part(block, places, 1), _part(block, places, 2).view(np.int32)
    )
    links = Links(
        _part(block, places, 3).view(np.int32),
        _part(block, places, 4).view(np.int32),
        _part(block, places, 5).view(np.int32),
    )
    tokens = Tokens(
        _part(block, places, 6).view(np.uint32),
        _part(block, places, 7).view(np.int32),
        _part(block, places, 8).view(np.int32),
        _part(block, places, 9).view(np.int32),
        _part(block, places, 10).view(np.int32),
        _part(block, places, 11).view(np.int32),
        _part(block, places, 12).view(np.int32),
        _part(block, places, 13).view(np.uint64),
        _part(block, places, 14).view(np.int32),
        _part(block, places, 15).view(np.int32),
    )
    features = Features(
        _part(block, places, 16).view(np.int32),
        _part(block, places, 17).view(np.int32),
        _part(block, places, 18).view(np.int32),
        _part(block, places, 19).view(np.int32),
        _part(block, places, 20).view(np.int32),
        _part(block, places, 21).view(np.int32),
        _part(block, places, 22).view(np.int32),
        _part(block, places, 23).view(np.uint32),
        _part(block, places, 24),
        _part(block, places, 25),
        _part(block, places, 26).view(np.int32),
        _part(block, places, 27).view(np.int32),
        _part(block, places, 28).view(np.float64),
        _part(block, places, 29).view(np.float64),
        _part(block, places, 30).view(np.float64),
        _part(block, places, 31).view(np.int32),
        _part(block, places, 32).view(np.int32),
        _part(block, places, 33).view(np.float64),
        _part(block, places, 34).view(np.float64),
    )
    return Scratch(stream, links, tokens, features, _part(block, places, 35))


def order(tables: Tables) -> list[NDArray[Any]]:
    """Return a model's arrays in the order of the block; the last one is another's in another form."""
    return leaves(tables[:-1])


def leaves(parts: tuple[Any, ...]) -> list[NDArray[Any]]:
    """Return the arrays of nested named tuples, in order."""
    found: list[NDArray[Any]] = []
    for part in parts:
        found.extend(leaves(part) if isinstance(part, tuple) else [part])
    return found


def pack(arrays: list[NDArray[Any]]) -> tuple[Bytes, Longs]:
    """Copy arrays into one block; return it with the first and end byte of each."""
    sizes = np.array([a.nbytes for a in arrays])
    starts = np.cumsum([0, *(-(-sizes // ALIGNMENT) * ALIGNMENT)])[:-1]
    block = np.zeros(int(starts[-1] + sizes[-1]) + 2 * ALIGNMENT, dtype=np.uint8)
    skip = -block.ctypes.data % ALIGNMENT
    block = block[skip:]
    for array, start in zip(arrays, starts.tolist(), strict=True):
        block[start : start + array.nbytes] = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    places = np.stack([starts, starts + sizes], axis=1).reshape(-1)
    return block, places.astype(np.int64)


def part(block: Bytes, places: Longs, index: int, kind: type[Any]) -> NDArray[Any]:
    """Return one part of a block, outside compiled code."""
    return block[places[2 * index] : places[2 * index + 1]].view(kind)


def reserve(shapes: list[tuple[int, Any]]) -> tuple[Bytes, Longs]:
    """Return a block with room for arrays of ``(length, dtype)``; pages that are never touched take no memory."""
    sizes = np.array([length * np.dtype(kind).itemsize for length, kind in shapes])
    starts = np.cumsum([0, *(-(-sizes // ALIGNMENT) * ALIGNMENT)])[:-1]
    block = np.zeros(int(starts[-1] + sizes[-1]) + 2 * ALIGNMENT, dtype=np.uint8)
    block = block[-block.ctypes.data % ALIGNMENT :]
    return block, np.stack([starts, starts + sizes], axis=1).reshape(-1).astype(np.int64)
