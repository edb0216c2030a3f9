"""Calibration and bands: one affine map a head, and thresholds that come from a promise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.decide import Policy
from classifier.labels import LANGUAGES

#: The promise of a model as shipped: the share of harmless held-out posts that goes to review.
REVIEW_RATE = 0.01
#: Least share of known words for a `pass`: measured, ordinary Arabic with its rich endings goes down to 0.4.
COVERAGE = 0.38
#: Share of harmless held-out posts whose threat, incitement or targeting score may count for urgency. The score alone
#: makes T2 at the most; what makes it urgent are the cues.
SEVERE_RATE = 0.05


def fit_affine(
    scores: NDArray[np.float64], labels: NDArray[np.int8], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Fit Platt's map from raw scores to probabilities.

    Parameters
    ----------
    scores
        Maxima over the windows of posts the scores were not fitted on, shape ``(posts,)``.
    labels
        1 where the head applies.
    weights
        One a post.

    Returns
    -------
    slope, offset : float
        ``probability = sigmoid(slope · score + offset)``; the slope is kept positive, so that order never changes.
    """
    fitted = LogisticRegression(C=1e6).fit(scores[:, np.newaxis], labels, sample_weight=weights)
    return max(float(fitted.coef_[0, 0]), 1e-3), float(fitted.intercept_[0])


def upper_quantile(values: NDArray[np.float64], rate: float) -> float:
    """Return the smallest threshold that at most `rate` of the values reach.

    ``value >= threshold`` holds for at most ``floor(rate · n)`` of them; ties stay below.
    """
    allowed = int(np.floor(rate * len(values)))
    ordered = np.sort(values)[::-1]
    if allowed >= len(ordered):
        return float(ordered[-1])
    return float(np.nextafter(ordered[allowed], np.inf))


def synthetic_policy(
    benign_risks: NDArray[np.float64], benign_severity: NDArray[np.float64], languages: tuple[str, ...] = LANGUAGES
) -> Policy:
    """Return the policy of a model that has seen no real post: `review` only.

    Parameters
    ----------
    benign_risks
        Risks of benign posts of held-out families.
    benign_severity
        The highest of their threat, incitement and targeting scores.
    languages
        What the model was trained on.
    """
    return Policy(
        review=upper_quantile(benign_risks, REVIEW_RATE),
        basis="synthetic",
        promise=(
            f"At most {REVIEW_RATE:.0%} of benign synthetic posts of held-out families are put up for review; "
            "nothing is promised on real traffic before `watchword calibrate`."
        ),
        coverage=COVERAGE,
        severe=upper_quantile(benign_severity, SEVERE_RATE),
        languages=languages,
    )
