"""What the report needs of every post of a scored folder, in columns; texts pass through and are not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from classifier.mirrors import Background, Clusterer
from serve.archive.scored import Scored

#: Bands that ask a person to look.
UNDER_REVIEW = ("review", "flag")
NEVER = np.iinfo(np.int64).min
COLUMNS = ["account", "band", "created_utc", "text"]


@dataclass(frozen=True)
class Collected:
    """The posts that have an account, in input order.

    Attributes
    ----------
    names
        The accounts, in the order in which they are met.
    account
        The number of each post's account.
    reviewed
        Whether it is under review.
    moment
        When it was posted, microseconds since 1970 in UTC; `NEVER` where that is not known.
    place
        Its number among all posts of the folder.
    groups
        Posts that say the same, the largest group first; as numbers into these columns.
    nameless
        How many posts have no account.
    textless
        Whether the folder holds no texts, so that nothing can be said of mirrors.
    """

    names: list[str]
    account: NDArray[np.int64]
    reviewed: NDArray[np.bool_]
    moment: NDArray[np.int64]
    place: NDArray[np.int64]
    groups: list[NDArray[np.int64]]
    nameless: int
    textless: bool


def collect(scored: Scored, background: Background | None, commonplace: int) -> Collected:
    """Read a scored folder.

    Parameters
    ----------
    scored
        The folder.
    background
        What is commonplace; None to look for no mirrors.
    commonplace
        What more accounts than this share is no mirror.
    """
    numbers: dict[str, int] = {}
    accounts, reviewed, moments, places = [], [], [], []
    clusterer = Clusterer(background) if background is not None else None
    first = nameless = texts_seen = 0
    for batch in scored.batches(COLUMNS):
        known = np.asarray(pc.is_valid(batch["account"]).to_numpy(zero_copy_only=False))
        nameless += len(known) - int(known.sum())
        named = batch.filter(pa.array(known))
        found = named["account"].to_pylist()
        accounts.append(np.array([numbers.setdefault(name, len(numbers)) for name in found], dtype=np.int64))
        bands = pc.is_in(named["band"], pa.array(UNDER_REVIEW))
        reviewed.append(bands.to_numpy(zero_copy_only=False).astype(bool))
        stamps = named["created_utc"].cast(pa.int64())
        moments.append(pc.fill_null(stamps, NEVER).to_numpy(zero_copy_only=False))
        places.append(np.flatnonzero(known) + first)
        first += len(known)
        texts_seen += len(named) - named["text"].null_count
        if clusterer is not None:
            clusterer.add([text or "" for text in named["text"].to_pylist()])
    names = list(numbers)
    owner = _joined(accounts, np.int64)
    groups: list[NDArray[np.int64]] = []
    if clusterer is not None and texts_seen:
        groups = clusterer.clusters().groups([names[i] for i in owner.tolist()], commonplace)
    return Collected(
        names, owner, _joined(reviewed, np.bool_), _joined(moments, np.int64), _joined(places, np.int64),
        groups, nameless, textless=not texts_seen,
    )  # fmt: skip


def _joined(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.empty(0, dtype=kind)
