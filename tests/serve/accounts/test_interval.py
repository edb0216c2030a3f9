from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.accounts.interval import wilson


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(1, 1, 0.2065, 1.0), (40, 50, 0.6696, 0.8876), (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_known_intervals(count: int, total: int, low: float, high: float) -> None:
    assert wilson(count, total) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_the_share_lies_inside_and_more_posts_narrow_it(count: int, more: int) -> None:
    total = count + more
    low, high = wilson(count, total)
    assert 0 <= low <= count / total <= high <= 1
    closer_low, closer_high = wilson(4 * count, 4 * total)
    assert closer_high - closer_low < high - low
