"""The processes below this one, read from ``/proc``."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path


def below(process: int) -> Iterator[int]:
    """Yield the numbers of all processes that a process began, and those that they began."""
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield int(child)
                yield from below(int(child))
    except OSError:
        return


def kill_one(*names: str) -> bool:
    """Kill the first process below this one whose command holds one of the names."""
    for process in below(os.getpid()):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if any(name in command for name in names):
                os.kill(process, signal.SIGKILL)
                return True
        except OSError:
            continue
    return False
