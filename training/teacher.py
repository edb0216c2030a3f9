"""What a sentence encoder thought of the seeds, read from a file, so that training needs no neural network.

``seeds/teacher/outputs.npz`` is made by ``python -m training.teach``. It holds two numbers a text: how far the text lies
towards each ground, in standard deviations of the benign plain phrasings. Texts are named by a hash, so that adding or
changing seeds loses only the texts that changed; those without an opinion are learnt from by their labels alone.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import TrainingError
from classifier.labels import GROUNDS

#: Opinions are stored in steps of one sixteenth, from -8 to 8.
STEP = 1 / 16


def key_of(lang: str, text: str) -> int:
    """Return the stable 64-bit name of a phrasing or of a canonical text."""
    return int.from_bytes(hashlib.blake2b(f"{lang}\n{text}".encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Teacher:
    """Opinions on texts.

    Attributes
    ----------
    keys
        Sorted names of the texts, shape ``(texts,)``.
    opinions
        Shape ``(texts, grounds)``.
    levels
        The mean opinion on plain phrasings without and with a ground's harm, shape ``(grounds, 2)``: what a bare label is worth.
    digest
        SHA-256 of the file; empty where there was none.
    """

    keys: NDArray[np.uint64]
    opinions: NDArray[np.float64]
    levels: NDArray[np.float64]
    digest: str

    def ask(self, keys: Sequence[int]) -> NDArray[np.float64]:
        """Return the opinion on each text, shape ``(len(keys), grounds)``, NaN where there is none."""
        wanted = np.array(keys, dtype=np.uint64)
        found = np.full((len(wanted), len(GROUNDS)), np.nan)
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            known = self.keys[places] == wanted
            found[known] = self.opinions[places[known]]
        return found


def read_teacher(seeds_folder: Path) -> Teacher:
    """Read the opinions that lie beside the seeds; none where the file is missing.

    Raises
    ------
    TrainingError
        If the file is not one that ``python -m training.teach`` has written.
    """
    path = seeds_folder / "teacher" / "outputs.npz"
    if not path.exists():
        none = np.zeros((0, len(GROUNDS)))
        return Teacher(np.zeros(0, dtype=np.uint64), none, np.array([[0.0, 2.0]] * len(GROUNDS)), "")
    data = path.read_bytes()
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            opinions = arrays["opinions_1"].astype(np.float64) * STEP
            return Teacher(arrays["keys"], opinions, arrays["levels"], hashlib.sha256(data).hexdigest())
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: no teacher file of this version; run `python -m training.teach`") from error


def write_teacher(path: Path, keys: Sequence[int], opinions: NDArray[np.float64], levels: NDArray[np.float64]) -> None:
    """Write opinions to a file; the same opinions give the same bytes."""
    names, first = np.unique(np.array(keys, dtype=np.uint64), return_index=True)
    steps = np.clip(np.round(opinions[first] / STEP), -128, 127).astype(np.int8)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, keys=names, opinions_1=steps, levels=levels)
    path.write_bytes(buffer.getvalue())
