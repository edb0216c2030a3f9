"""A share that was counted, and what it may really be."""

from __future__ import annotations

from math import sqrt

#: Two-sided 95 %.
QUANTILE = 1.959963984540054


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927).

    Its lower end orders accounts: one of one is 0.21, forty of fifty 0.67.

    Parameters
    ----------
    count, total
        So many of so many.
    """
    if total == 0:
        return 0.0, 1.0
    share, square = count / total, QUANTILE**2
    middle = share + square / (2 * total)
    reach = QUANTILE * sqrt(share * (1 - share) / total + square / (4 * total**2))
    low, high = ((middle + sign * reach) / (1 + square / total) for sign in (-1, 1))
    return (0.0 if count == 0 else max(low, 0.0)), (1.0 if count == total else min(high, 1.0))
