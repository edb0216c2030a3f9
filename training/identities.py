"""Does the model rank posts alike whichever identity they name? Subgroup, BPSN and BNSP AUC.

Borkan, Dixon, Sorensen, Thain and Vasserman 2019, "Nuanced metrics for measuring unintended bias": within the posts that name an
identity; background harmful against subgroup benign (BPSN: low where benign posts naming it score too high); background benign
against subgroup harmful (BNSP: low where harmful ones score too low).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import Normaliser
from classifier.types import Result
from training.metrics import discrimination

FEWEST = 20


def named_identities(normalise: Normaliser, results: Sequence[Result]) -> list[frozenset[str]]:
    """Return for each result the identities it mentions, by their canonical spelling.

    The model's lexicon keeps spellings, not which of them name the same people, so *Norwegian* and *Norwegians* are two.
    """
    canonical: dict[str, str] = {}

    def spelling(text: str) -> str:
        if text not in canonical:
            canonical[text] = " ".join(token.text for token in normalise.words(text))
        return canonical[text]

    return [frozenset(spelling(m.text) for m in result.mentions if m.kind == "group") for result in results]


def identity_figures(
    named: Sequence[frozenset[str]],
    harmful: NDArray[np.bool_],
    risks: NDArray[np.float64],
    threshold: float,
    fewest: int = FEWEST,
) -> list[dict[str, Any]]:
    """Return the figures of every identity with enough posts, the most frequent first; None where a class is missing."""
    found = []
    for identity in sorted({name for names in named for name in names}):
        inside = np.array([identity in names for names in named])
        if inside.sum() < fewest:
            continue
        benign = inside & ~harmful
        found.append(
            {
                "identity": identity,
                "posts": int(inside.sum()),
                "harmful": int((inside & harmful).sum()),
                "subgroup_auc": _auc(inside, harmful, risks),
                "bpsn_auc": _auc(benign | (~inside & harmful), harmful, risks),
                "bnsp_auc": _auc((inside & harmful) | (~inside & ~harmful), harmful, risks),
                "false_alarms": float((risks[benign] >= threshold).mean()) if benign.any() else None,
            }
        )
    return sorted(found, key=lambda row: -row["posts"])


def _auc(chosen: NDArray[np.bool_], harmful: NDArray[np.bool_], risks: NDArray[np.float64]) -> float | int | None:
    return discrimination(harmful[chosen], risks[chosen])["auc"] if chosen.any() else None
