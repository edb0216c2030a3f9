from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serve.archive.moments import MOMENT, moment, moments

USUAL = st.datetimes().map(lambda d: d.isoformat(timespec="seconds") + "Z")
WRITTEN = st.one_of(
    USUAL,
    st.datetimes(timezones=st.timezones()).map(lambda d: d.isoformat()),
    st.datetimes().map(lambda d: d.isoformat(" ")),
    st.dates().map(lambda d: d.isoformat()),
    st.none(),
    st.sampled_from(
        [
            "",
            "yesterday",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T23:59:60Z",
            "0000-01-01T00:00:00Z",
        ]
    ),
)


@given(st.one_of(st.lists(WRITTEN, max_size=6), st.lists(USUAL, max_size=6)))
@example(["0000-01-01T00:00:00Z"])
@example(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_many_moments_are_the_moments_of_each(texts: list[str | None]) -> None:
    made = moments(pa.array(texts, pa.string()))
    assert made.type == MOMENT
    assert made.to_pylist() == [moment(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05+05:00", "2026-01-01T22:04:05+00:00"),
        ("2026-01-02", "2026-01-02T00:00:00+00:00"),
        ("2 January", None),
        (None, None),
    ],
)
def test_a_moment_is_in_utc(text: str | None, expected: str | None) -> None:
    made = moment(text)
    assert (made and made.isoformat()) == expected
