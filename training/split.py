"""Folds by family: no family is on both sides, and a family goes with its twin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from training.generate import LabelledPost


def fold_of(family: str, folds: int) -> int:
    """Return the fold of a family: by a hash of its slug, which twins share, so that it never moves."""
    slug = family.rsplit(".", 1)[-1]
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4], "big") % folds


def assign_folds(posts: Iterable[LabelledPost], folds: int) -> NDArray[np.int64]:
    """Return the fold of each post, shape ``(posts,)``."""
    return np.array([fold_of(post.family, folds) for post in posts], dtype=np.int64)
