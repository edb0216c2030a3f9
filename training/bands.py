"""Policies from the owner's own posts: the thresholds, and the promise in a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.decide import Policy
from training.guarantees import CONFIDENCE, Promise, at_least_precise, at_most_missed, at_most_rate, percent

#: Without a rate of its own, so many times as many posts go to review as are flagged.
REVIEW_TO_FLAG = 4.0


def traffic_policy(
    policy: Policy, risks: NDArray[np.float64], flag_rate: float, review_rate: float | None = None
) -> tuple[Policy, dict[str, Any]]:
    """Set bands by the shares of unlabelled traffic that they may take.

    Parameters
    ----------
    policy
        The policy to change; what it says of languages, urgency and lists stays.
    risks
        Risks of a sample of the traffic.
    flag_rate, review_rate
        The largest shares flagged, and flagged or put up for review.

    Returns
    -------
    policy : Policy
        With basis `traffic`.
    facts : dict
        What it rests on, for the manifest and the card.

    Raises
    ------
    TrainingError
        If the sample is too small for the promise.
    """
    wider = min(1.0, REVIEW_TO_FLAG * flag_rate) if review_rate is None else review_rate
    flag = at_most_rate(risks, flag_rate)
    review = at_most_rate(risks, wider) if wider < 1 else Promise(0.0, len(risks), 1.0, 1.0)
    threshold = min(review.threshold, flag.threshold)
    promise = (
        f"With {CONFIDENCE:.0%} confidence, on traffic like the {len(risks)} posts this was set on, at most {percent(flag_rate)} "
        f"is flagged and at most {percent(wider)} is flagged or put up for review. Nobody has labelled these posts: it says how "
        "much is shown, not how much of it is harmful."
    )
    facts = {
        "basis": "traffic",
        "posts": len(risks),
        "confidence": CONFIDENCE,
        "flag_rate": flag_rate,
        "review_rate": wider,
        "flagged_in_sample": flag.observed,
        "flagged_or_reviewed_in_sample": review.observed,
    }
    return replace(policy, review=threshold, flag=flag.threshold, basis="traffic", promise=promise), facts


def labels_policy(
    policy: Policy,
    risks: NDArray[np.float64],
    harmful: NDArray[np.bool_],
    max_miss: float,
    min_precision: float | None = None,
) -> tuple[Policy, dict[str, Any]]:
    """Set `review` by a miss rate of labelled harm, and `flag` by a precision where one is asked for.

    Parameters
    ----------
    policy
        The policy to change.
    risks, harmful
        Risk and label of posts that the model has not learnt from.
    max_miss
        The largest share of harm that may pass.
    min_precision
        The smallest share of flags that must be right; None to flag nothing.

    Returns
    -------
    policy : Policy
        With basis `labels`.
    facts : dict
        What it rests on, for the manifest and the card.

    Raises
    ------
    TrainingError
        If there are too few labels for a promise.
    """
    review = at_most_missed(risks[harmful], max_miss)
    flag = None if min_precision is None else at_least_precise(risks, harmful, min_precision)
    # A lower review threshold keeps its promise, a higher flag threshold might not.
    threshold = review.threshold if flag is None else min(review.threshold, flag.threshold)
    promise = (
        f"On average at most {percent(max_miss)} of harmful posts like the {review.sample} labelled ones pass (conformal risk "
        f"control; of these {percent(review.observed)} did, and with {CONFIDENCE:.0%} confidence at most "
        f"{percent(review.bound)} of new ones will)."
    )
    facts: dict[str, Any] = {
        "basis": "labels",
        "posts": len(risks),
        "harmful": review.sample,
        "confidence": CONFIDENCE,
        "max_miss": max_miss,
        "missed_in_sample": review.observed,
        "missed_at_most": review.bound,
        "reviewed_benign_in_sample": float((risks[~harmful] >= threshold).mean()) if (~harmful).any() else None,
    }
    if flag is not None and min_precision is not None:
        promise += (
            f" With {CONFIDENCE:.0%} confidence at least {percent(min_precision)} of the flags are right, where harm is as "
            f"frequent as among the {len(risks)} labelled posts ({flag.sample} of them flagged, {percent(flag.observed)} right)."
        )
        facts |= {
            "min_precision": min_precision,
            "flagged_in_sample": flag.sample,
            "precision_in_sample": flag.observed,
        }
    changed = replace(
        policy, review=threshold, flag=None if flag is None else flag.threshold, basis="labels", promise=promise
    )
    return changed, facts
