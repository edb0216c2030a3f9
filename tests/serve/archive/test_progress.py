from __future__ import annotations

import io

from rich.console import Console

from serve.archive.manifest import Part
from serve.archive.progress import Bar, Minutely, Tally


class Clock:
    """A clock that is told the time."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        """Return it."""
        return self.time


def part(posts: int, review: int, rejected: int = 0) -> Part:
    return Part(0, 0, posts, rejected, {"pass": posts - review, "review": review}, "")


def test_a_tally_counts_only_what_was_made_now_towards_the_speed() -> None:
    clock = Clock()
    tally = Tally(clock)
    tally.begin(1000)
    tally.advance(400, part(4000, 10), fresh=False)
    assert tally.left is None
    clock.time = 10
    tally.advance(200, part(2000, 50, 3), fresh=True)
    assert (tally.rate, tally.left) == (200, 20)
    assert str(tally) == "60 %: 6,000 posts, 200 posts/s, 1.00 % under review, 3 rejected, 20 s left"


def test_without_a_terminal_there_is_a_line_a_minute() -> None:
    clock, stream = Clock(), io.StringIO()
    with Minutely(stream, Tally(clock)) as progress:
        progress.begin(100)
        for second in range(0, 200, 25):
            clock.time = second
            progress.advance(1, part(10, 1), fresh=True)
    assert [line.split(" posts")[0] for line in stream.getvalue().splitlines()] == ["4 %: 40", "7 %: 70"]
    assert "2 h" not in stream.getvalue()


def test_a_terminal_shows_a_bar() -> None:
    stream = io.StringIO()
    with Bar(Console(file=stream, force_terminal=True, width=120)) as progress:
        progress.begin(100)
        progress.advance(50, part(1000, 20), fresh=True)
    assert "50%" in stream.getvalue()
    assert "2.00 % under review" in stream.getvalue()
