"""What a run shows while it goes: a bar on a terminal, one line a minute elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from serve.archive.manifest import Part

#: Bands that a moderator is shown.
SHOWN = ("review", "flag")
MINUTE = 60.0


def under_review(bands: dict[str, int]) -> int:
    """Return how many posts of counted bands a moderator is shown."""
    return sum(bands.get(band, 0) for band in SHOWN)


class Tally:
    """Counts what is done, and tells how fast and how long it will take.

    Parameters
    ----------
    clock
        Seconds, from whenever.
    """

    def __init__(self, clock: object = time.monotonic) -> None:
        self._clock = clock
        self.total = self.bytes = self.posts = self.shown = self.rejected = 0
        self._fresh_bytes = self._fresh_posts = 0
        self._began = self.now()

    def now(self) -> float:
        """Return the clock's time."""
        return float(self._clock())  # type: ignore[operator]  # a function

    def begin(self, total: int) -> None:
        """Start the clock on so many bytes."""
        self.total, self._began = total, self.now()

    def advance(self, size: int, part: Part, *, fresh: bool) -> None:
        """Count a part; only one made just now tells of speed."""
        self.bytes += size
        self.posts += part.scored
        self.rejected += part.rejected
        self.shown += under_review(part.bands)
        if fresh:
            self._fresh_bytes += size
            self._fresh_posts += part.scored

    @property
    def rate(self) -> float:
        """Posts a second since the run began."""
        return self._fresh_posts / max(self.now() - self._began, 1e-9)

    @property
    def left(self) -> float | None:
        """Seconds to go, or None while nothing tells."""
        if not self._fresh_bytes:
            return None
        return (self.now() - self._began) * (self.total - self.bytes) / self._fresh_bytes

    def __str__(self) -> str:
        """Say it in a line."""
        share = 100 * self.shown / max(self.posts, 1)
        done = 100 * self.bytes / max(self.total, 1)
        left = "" if self.left is None else f", {_time(self.left)} left"
        rejected = f", {self.rejected:,} rejected" if self.rejected else ""
        return (
            f"{done:.0f} %: {self.posts:,} posts, {self.rate:,.0f} posts/s, {share:.2f} % under review{rejected}{left}"
        )


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


class Minutely:
    """Writes a line a minute, for logs.

    Parameters
    ----------
    stream
        Where to.
    tally
        What counts.
    """

    def __init__(self, stream: IO[str], tally: Tally | None = None) -> None:
        self.tally = tally or Tally()
        self._stream = stream
        self._said = self.tally.now()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def begin(self, total: int) -> None:
        """Start the clock."""
        self.tally.begin(total)
        self._said = self.tally.now()

    def advance(self, size: int, part: Part, *, fresh: bool) -> None:
        """Count a part, and say so if a minute has gone by."""
        self.tally.advance(size, part, fresh=fresh)
        if self.tally.now() - self._said >= MINUTE:
            self._said = self.tally.now()
            print(self.tally, file=self._stream, flush=True)


class Bar:
    """Shows a bar on a terminal.

    Parameters
    ----------
    console
        The terminal.
    """

    def __init__(self, console: Console) -> None:
        self.tally = Tally()
        columns = (BarColumn(bar_width=30), TaskProgressColumn(), TextColumn("{task.fields[said]}"))
        self._bar = Progress(*columns, console=console, transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, total: int) -> None:
        """Start the clock."""
        self.tally.begin(total)
        self._task = self._bar.add_task("", total=total, said="starting")

    def advance(self, size: int, part: Part, *, fresh: bool) -> None:
        """Move the bar."""
        self.tally.advance(size, part, fresh=fresh)
        if self._task is not None:
            self._bar.update(self._task, advance=size, said=str(self.tally).partition(": ")[2])
