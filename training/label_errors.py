"""Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021), as cleanlab computes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def likely_errors(harmful: NDArray[np.bool_], risks: NDArray[np.float64]) -> list[int]:
    """Return the posts whose label the model contradicts with more confidence than it usually has, the surest first.

    The model must not have learnt from these labels: otherwise it agrees with the wrong ones too.

    Parameters
    ----------
    harmful, risks
        Label and risk, shape ``(posts,)``.
    """
    if harmful.all() or not harmful.any():
        return []
    from cleanlab.filter import find_label_issues

    chances = np.column_stack([1 - risks, risks])
    found = find_label_issues(
        harmful.astype(int),
        chances,
        filter_by="confident_learning",
        return_indices_ranked_by="self_confidence",
        n_jobs=1,
    )
    return [int(index) for index in found]
