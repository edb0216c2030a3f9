"""Thresholds with a finite-sample guarantee: no assumption about the scores, only that new posts come from where these did.

Three kinds of promise:

- a *rate* of unlabelled traffic, with confidence: an order statistic and the binomial distribution (Vovk 2012, "Conditional
  validity of inductive conformal predictors");
- a *miss rate* of labelled harm, on average: conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2024), which
  for this loss is split conformal prediction;
- a *precision* of labelled flags, with confidence: exact binomial tests of a few thresholds chosen beforehand, with
  Bonferroni's correction (Angelopoulos, Bates, Candès, Jordan and Lei 2021, "Learn then test").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from classifier.errors import TrainingError

CONFIDENCE = 0.95
#: How many thresholds are tried for a precision; each is tested at a share of the allowed error.
CANDIDATES = 10
#: Nobody labels more; a search for a number needed stops here.
MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold and what holds above it.

    Attributes
    ----------
    threshold
        A post with this risk or a higher one is above.
    sample
        How many posts the promise rests on.
    observed
        The share in the sample that it speaks of: above the threshold, missed, or right.
    bound
        What holds for new posts with `CONFIDENCE`: an upper bound of a rate or a miss rate, a lower one of a precision.
    """

    threshold: float
    sample: int
    observed: float
    bound: float


def percent(share: float) -> str:
    """Return a share as a percentage, with three significant digits or fewer."""
    return f"{float(f'{100 * share:.3g}'):g} %"


def just_above(risk: float) -> float:
    """Return the next number up: the smallest threshold that keeps `risk` below."""
    return float(np.nextafter(risk, np.inf))


def rate_needed(rate: float) -> int:
    """Return how many posts a promise about a rate needs at least."""
    return ceil(log(1 - CONFIDENCE) / log(1 - rate))


def at_most_rate(risks: NDArray[np.float64], rate: float) -> Promise:
    """Return the lowest threshold that with confidence at most `rate` of new posts reach.

    Parameters
    ----------
    risks
        Risks of a sample of the traffic, shape ``(posts,)``.
    rate
        Between 0 and 1.

    Raises
    ------
    TrainingError
        If the sample is too small; the message says how many posts are needed.
    """
    count = len(risks)
    if count < rate_needed(rate):
        msg = (
            f"{count} posts are too few to promise a rate of {percent(rate)} with {CONFIDENCE:.0%} confidence: "
            f"at least {rate_needed(rate)} are needed; bring more posts or promise a higher rate"
        )
        raise TrainingError(msg)
    # With the threshold above the k-th highest risk, P(true rate > rate) = P(Binomial(count, rate) < k).
    allowed = int(stats.binom.ppf(1 - CONFIDENCE, count, rate))
    k = allowed if stats.binom.cdf(allowed, count, rate) > 1 - CONFIDENCE else allowed + 1
    threshold = just_above(float(np.sort(risks)[count - max(k, 1)]))
    return Promise(threshold, count, float((risks >= threshold).mean()), upper_share(k - 1, count))


def upper_share(hits: int, count: int, confidence: float = CONFIDENCE) -> float:
    """Return the exact upper bound of a share (Clopper and Pearson 1934)."""
    return 1.0 if hits >= count else float(stats.beta.ppf(confidence, hits + 1, count - hits))


def lower_share(hits: int, count: int, confidence: float = CONFIDENCE) -> float:
    """Return the exact lower bound of a share (Clopper and Pearson 1934)."""
    return 0.0 if hits == 0 else float(stats.beta.ppf(1 - confidence, hits, count - hits + 1))


def share_interval(hits: int, count: int) -> tuple[float, float] | None:
    """Return the exact two-sided interval of a share, or None of nothing."""
    if count == 0:
        return None
    side = 1 - (1 - CONFIDENCE) / 2
    return lower_share(hits, count, side), upper_share(hits, count, side)


def misses_needed(rate: float) -> int:
    """Return how many harmful posts a promise about a miss rate needs at least."""
    return ceil(1 / rate - 1 - 1e-9)


def at_most_missed(risks: NDArray[np.float64], rate: float) -> Promise:
    """Return the highest threshold that on average at most `rate` of new harmful posts stay below.

    Parameters
    ----------
    risks
        Risks of posts labelled harmful, shape ``(posts,)``.
    rate
        The miss rate allowed, between 0 and 1.

    Raises
    ------
    TrainingError
        If there are too few; the message says how many are needed.
    """
    count = len(risks)
    # Conformal risk control: the largest threshold with (misses + 1) / (count + 1) <= rate.
    allowed = floor(rate * (count + 1) + 1e-9) - 1
    if allowed < 0:
        msg = (
            f"{count} harmful posts are too few to promise that at most {percent(rate)} are missed: "
            f"at least {misses_needed(rate)} are needed; label more or allow more misses"
        )
        raise TrainingError(msg)
    threshold = float(np.sort(risks)[min(allowed, count - 1)])
    missed = int((risks < threshold).sum())
    return Promise(threshold, count, missed / count, upper_share(missed, count))


def precision_needed(precision: float) -> int:
    """Return how many flagged posts, all of them right, a promise about a precision needs at least."""
    return ceil(log((1 - CONFIDENCE) / CANDIDATES) / log(precision))


def at_least_precise(risks: NDArray[np.float64], harmful: NDArray[np.bool_], precision: float) -> Promise:
    """Return the lowest threshold above which with confidence at least `precision` of new posts are harmful.

    Parameters
    ----------
    risks, harmful
        Risk and label of posts drawn as the traffic is, shape ``(posts,)``.
    precision
        The share of flags that must be right.

    Raises
    ------
    TrainingError
        If no threshold can be promised; the message says how many labels would be needed.
    """
    order = np.argsort(-risks, kind="stable")
    ordered, right = risks[order], np.cumsum(harmful[order])
    fewest = precision_needed(precision)
    if len(risks) <= fewest:
        msg = (
            f"{len(risks)} labelled posts are too few to promise that {percent(precision)} of the flags are right: at least "
            f"{fewest + 1} are needed, with the {fewest} of highest risk all harmful; label more"
        )
        raise TrainingError(msg)
    sizes = np.unique(np.geomspace(fewest, len(risks) - 1, CANDIDATES).astype(int))
    tried = []
    for size in sizes[::-1].tolist():
        # Given the risk below the cut, the posts above it are a sample of all posts above it: a binomial test is exact.
        threshold = just_above(float(ordered[size]))
        above = int((risks >= threshold).sum())
        hits = int(right[above - 1]) if above else 0
        bound = lower_share(hits, above, 1 - (1 - CONFIDENCE) / CANDIDATES) if above else 0.0
        if bound >= precision:
            return Promise(threshold, above, hits / above, bound)
        tried.append((hits, above))
    raise TrainingError(_too_imprecise(tried, precision))


def _too_imprecise(tried: list[tuple[int, int]], precision: float) -> str:
    """Say what would be needed for a precision."""
    hits, above = max(((h, n) for h, n in tried if n), key=lambda pair: (pair[0] / pair[1], pair[1]), default=(0, 1))
    share = hits / above
    if share <= precision:
        return (
            f"no threshold can be promised to flag with {percent(precision)} precision: the best found is {percent(share)} "
            f"({hits} of {above}); train with your labels, or promise a lower precision"
        )
    needed = above
    while lower_share(floor(share * needed), needed, 1 - (1 - CONFIDENCE) / CANDIDATES) < precision and needed < MOST:
        needed = ceil(1.05 * needed)
    return (
        f"too few flags to promise {percent(precision)} precision with {CONFIDENCE:.0%} confidence: {hits} of {above} were "
        f"right; about {needed} labelled posts above that risk are needed, {needed / above:.1f} times as many labels"
    )
