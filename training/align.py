"""Two grounds, one risk: their scores brought to one scale on harmless posts before the higher one is taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifier.labels import GROUNDS
from training.calibrate import fit_affine

#: Where the grounds' levels meet: the share of harmless held-out posts that lies above.
SHARE = 0.01
#: How many times as fast as the first ground's the logit of each falls below that level. What terrorist content shares with
#: harmless talk of war and faith is wide; between two ordinary posts its score says less than that for hate.
STEEPNESS = np.array([1.5, 1.0])
#: The share of harm that the risk is calibrated for. Seeds are harmful by half, traffic is not: a risk that says 0.4 of an
#: ordinary post would mislead whoever reads it, and every harmless word would seem to move it.
PREVALENCE = 0.05


def align_grounds(
    maps: NDArray[np.float64],
    raw: NDArray[np.float64],
    harmful: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Give the ground heads maps under which the higher of the two is one calibrated risk.

    Calibrated apart, the ground with the wider scores on harmless posts drowns the other in the maximum. So each is first
    measured in the distance between the middle and the top of its harmless posts, and one affine map is then fitted to the
    maximum itself.

    Parameters
    ----------
    maps
        Slope and offset of every head, shape ``(heads, 2)``.
    raw
        Scores of held-out posts before calibration, shape ``(posts, heads)``.
    harmful
        Which of the posts are.
    weights
        One a post.

    Returns
    -------
    ndarray
        The maps, those of the grounds replaced.
    """
    aligned = maps.copy()
    grounds = slice(len(GROUNDS))
    middle, top = np.quantile(raw[~harmful, grounds], [0.5, 1 - SHARE], axis=0)
    slopes = STEEPNESS / np.maximum(top - middle, 1e-9)
    risks = ((raw[:, grounds] - top) * slopes).max(axis=1)
    slope, offset = fit_affine(risks, harmful.astype(np.int8), reweigh(weights, harmful))
    aligned[grounds, 0] = slope * slopes
    aligned[grounds, 1] = offset - slope * slopes * top
    return aligned


def reweigh(weights: NDArray[np.float64], harmful: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights under which harm is as frequent as `PREVALENCE` says; those of harmless posts stay.

    Parameters
    ----------
    weights
        One a post.
    harmful
        Which of the posts are.
    """
    harm = weights[harmful].sum()
    wanted = weights[~harmful].sum() * PREVALENCE / (1 - PREVALENCE)
    return np.where(harmful, weights * (wanted / harm if harm else 1.0), weights)
