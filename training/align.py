"""Two grounds, one risk: their scores brought to the same level on harmless posts before the higher one is taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.labels import GROUNDS

#: Where the levels are compared: the share of harmless held-out posts that lies above.
SHARE = 0.1


def align_grounds(
    maps: NDArray[np.float64], raw: NDArray[np.float64], benign: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Lower the ground heads' offsets until the same share of harmless posts lies above the same logit.

    Calibrated apart, the ground with the wider scores on harmless posts drowns the other in the maximum.

    Parameters
    ----------
    maps
        Slope and offset of every head, shape ``(heads, 2)``.
    raw
        Scores of held-out posts before calibration, shape ``(posts, heads)``.
    benign
        Which of the posts are harmless.

    Returns
    -------
    ndarray
        The maps, only offsets of grounds changed and none raised.
    """
    grounds = slice(len(GROUNDS))
    aligned = maps.copy()
    logits = raw[benign, grounds] * maps[grounds, 0] + maps[grounds, 1]
    levels = np.quantile(logits, 1 - SHARE, axis=0)
    aligned[grounds, 1] -= levels - levels.min()
    return aligned
