"""Index folders: a manifest and plain arrays, replaced as one.

::

    confirmed/
      manifest.json     format, versions, key's name, signature, thresholds, the name of the folder in use
      4f1c…/            *.npy, mapped into memory rather than read

The format number is raised when a release writes what the one before cannot read; a folder with a higher one is refused.
No array is ever unpickled. An index may come from a partner: every number that the matching follows is checked.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.canonical import NORMALISER_VERSION
from classifier.durable import LOCK, locked, sync_folder, write_whole
from classifier.errors import MirrorError, MirrorTooNew
from classifier.kernel.shingles import SIZE
from classifier.mirrors.background import Background
from classifier.mirrors.contents import ROWS, Signature
from classifier.mirrors.index import Entries, MirrorIndex
from classifier.mirrors.keys import Key

FORMAT = 1
#: Folders of arrays.
NAME = re.compile("[0-9a-f]{16}")
MANIFEST = "manifest.json"
NUMBERS = {
    "grams": np.uint32,
    "places": np.int64,
    "words": np.uint32,
    "word_places": np.int64,
    "keys": np.uint32,
    "rows": np.uint32,
    "common_bits": np.float32,
    "learnt": np.uint64,
}
STRINGS = ("ids", "common", "phrases", "texts")


def algorithm() -> str:
    """Return which MinHash made the band keys: others find nothing by them."""
    from rensa import RMinHash

    return f"rensa.RMinHash {RMinHash.ALGORITHM_VERSION}"


def save(index: MirrorIndex, folder: Path) -> None:
    """Write an index; what stood there is replaced at once and then removed.

    Raises
    ------
    MirrorError
        If the folder holds anything else, or cannot be written.
    """
    entries, background = index.entries, index.background
    arrays: dict[str, NDArray[Any]] = {
        "grams": entries.grams,
        "places": entries.places,
        "words": entries.words,
        "word_places": entries.word_places,
        "keys": entries.keys,
        "rows": entries.rows,
        "common_bits": background.bits,
        "learnt": background.learnt,
    }
    strings = {"ids": entries.ids, "common": background.words, "phrases": background.phrases}
    if entries.texts is not None:
        strings["texts"] = entries.texts
    for name, values in strings.items():
        arrays[f"{name}_data"], arrays[f"{name}_places"] = _pack(values)
    if folder.exists() and not (folder / MANIFEST).exists() and any(path.name != LOCK for path in folder.iterdir()):
        msg = f"{folder} is no index of mirrors; name a new folder"
        raise MirrorError(msg)
    used = secrets.token_hex(8)
    manifest = {
        "format": FORMAT,
        "watchword": version("watchword"),
        "normaliser": NORMALISER_VERSION,
        "algorithm": algorithm(),
        "key": index.key.name,
        "gram_size": SIZE,
        "bands": index.signature.bands,
        "rows": index.signature.rows,
        "seed": index.signature.seed,
        "threshold": index.threshold,
        "least_bits": index.least_bits,
        "entries": len(index),
        "holds_text": entries.texts is not None,
        "arrays": used,
    }
    try:
        (folder / used).mkdir(parents=True)
        for name, array in arrays.items():
            with (folder / used / f"{name}.npy").open("wb") as out:
                np.save(out, array, allow_pickle=False)
                out.flush()
                os.fsync(out.fileno())
        sync_folder(folder / used)
        write_whole(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
        for old in folder.iterdir():
            if NAME.fullmatch(old.name) and old.name != used:
                shutil.rmtree(old)
    except OSError as error:
        msg = f"the index {folder} cannot be written: {error.strerror}"
        raise MirrorError(msg) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what an index says of itself.

    Raises
    ------
    MirrorError
        If there is none, or this release cannot use it.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        number = manifest["format"]
    except FileNotFoundError as error:
        msg = f"there is no index of mirrors in {folder}; make one with `watchword mirrors build`"
        raise MirrorError(msg) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{folder / MANIFEST} cannot be read; build the index again"
        raise MirrorError(msg) from error
    if not isinstance(number, int) or number > FORMAT:
        msg = f"the index {folder} has format {number}, this release reads up to {FORMAT}; install a newer one"
        raise MirrorTooNew(msg)
    for name, here in (("normaliser", NORMALISER_VERSION), ("algorithm", algorithm()), ("gram_size", SIZE)):
        if manifest.get(name) != here:
            msg = f"the index {folder} was made with {name} {manifest.get(name)}, here it is {here}; build it again"
            raise MirrorError(msg)
    return dict(manifest)


def load(folder: Path, key: Key) -> MirrorIndex:
    """Open an index.

    Raises
    ------
    MirrorError
        If it is missing, damaged, made by another key, or of another kind.
    """
    manifest = read_manifest(folder)
    if manifest.get("key") != key.name:
        msg = f"the index {folder} was made with another key; an index and its key belong together"
        raise MirrorError(msg)
    try:
        return _open(folder / Path(str(manifest["arrays"])).name, manifest, key)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        msg = f"the index {folder} is damaged ({type(error).__name__}); build it again"
        raise MirrorError(msg) from error


def withdraw(folder: Path, key: Key, ids: Iterable[str]) -> int:
    """Take entries out of an index, so that nothing of them is left in it; return how many are left.

    Raises
    ------
    MirrorError
        If the index cannot be used, or an id names no entry.
    """
    read_manifest(folder)
    with locked(folder):
        left = load(folder, key).withdraw(ids)
        save(left, folder)
    return len(left)


def _open(arrays: Path, manifest: dict[str, Any], key: Key) -> MirrorIndex:
    if not NAME.fullmatch(arrays.name):
        raise ValueError(arrays.name)

    def read(name: str, kind: type[Any]) -> NDArray[Any]:
        path = arrays / f"{name}.npy"
        found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        if found.dtype != kind:
            raise ValueError(name)
        return found

    numbers = {name: read(name, kind) for name, kind in NUMBERS.items()}
    strings = {
        name: _unpack(read(f"{name}_data", np.uint8), read(f"{name}_places", np.int64))
        for name in STRINGS
        if name != "texts" or manifest["holds_text"]
    }
    signature = Signature(*(int(manifest[name]) for name in ("bands", "rows", "seed")))
    count = len(strings["ids"])
    _check(numbers, count, signature)
    entries = Entries(
        ids=strings["ids"],
        texts=strings.get("texts"),
        **{name: numbers[name] for name in ("grams", "places", "words", "word_places", "keys", "rows")},
    )
    background = Background(strings["common"], numbers["common_bits"], strings["phrases"], numbers["learnt"])
    return MirrorIndex(key, background, entries, signature, float(manifest["threshold"]), float(manifest["least_bits"]))


def _check(numbers: dict[str, NDArray[Any]], count: int, signature: Signature) -> None:
    """Refuse numbers that would lead the matching out of its arrays."""
    for flat, places in (("grams", "places"), ("words", "word_places")):
        _check_places(numbers[places], count, len(numbers[flat]))
    if not 1 <= signature.rows <= ROWS:
        raise ValueError("rows")
    shape = (signature.bands, count)
    rows = numbers["rows"]
    if numbers["keys"].shape != shape or rows.shape != shape or (rows.size and int(rows.max()) >= count):
        raise ValueError("keys")


def _check_places(places: NDArray[np.int64], count: int, size: int) -> None:
    if places.shape != (count + 1,) or places[0] != 0 or places[-1] != size or bool((np.diff(places) < 0).any()):
        raise ValueError("places")


def _pack(values: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [value.encode() for value in values]
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    places = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), places


def _unpack(data: NDArray[np.uint8], places: NDArray[np.int64]) -> tuple[str, ...]:
    _check_places(places, len(places) - 1, len(data))
    whole, cuts = data.tobytes(), places.tolist()
    return tuple(whole[a:b].decode() for a, b in itertools.pairwise(cuts))
