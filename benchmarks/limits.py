"""What bounds the scorer: worst cases, cold starts, memory: ``python benchmarks/limits.py --models models``.

Prints tables; with ``--report DIR`` also writes ``limits.md``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pages import machine
from service import memory_of, server

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
SIZES = (20_000, 40_000)
TERMS, REPEATS = 5, 5
#: What neither the command line nor the service may wait for.
UNWANTED = ("sklearn", "scipy", "joblib", "pandas", "matplotlib")
COLD = """
import json, sys, time
started = time.perf_counter()
import classifier
imported = time.perf_counter()
model = classifier.load(sys.argv[1])
loaded = time.perf_counter()
model.risk(["See you at the game tonight"])
print(json.dumps([imported - started, loaded - imported, time.perf_counter() - loaded, sorted(sys.modules)]))
"""


def worst_cases(models: str) -> list[list[str]]:
    """Return milliseconds for the nastiest posts we know, at two sizes, all heads, with terms and every cue listed."""
    from classifier import load
    from tests.classifier.test_compiled import NASTY

    compiled = load(models).compiled
    kinds = NASTY | {"known": lambda n: ("they will pay for what they did to our people " * (n // 47 + 1))[:n]}
    lines = []
    for kind, make in kinds.items():
        times = []
        for size in SIZES:
            text = make(size)[:size]
            tries = []
            for _ in range(REPEATS):
                started = time.process_time()
                compiled.explain([text], TERMS, -float("inf"))
                tries.append(1000 * (time.process_time() - started))
            times.append(min(tries))
        lines.append([kind, *(f"{t:.2f}" for t in times), f"{times[1] / times[0]:.2f}"])
    return lines


def cold_starts(models: str) -> list[list[str]]:
    """Return seconds from the start of a process to its first score, and whether anything unwanted was imported."""
    wholes, parts = [], []
    modules: list[str] = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        command = [sys.executable, "-c", COLD, models]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parent)  # noqa: S603 - own code
        wholes.append(time.perf_counter() - started)
        *figures, modules = json.loads(done.stdout)
        parts.append(figures)
    columns = [statistics.median(column) for column in zip(*parts, strict=True)]
    unwanted = [name for name in UNWANTED if name in modules]
    lines = [[name, f"{value:.2f} s"] for name, value in zip(("import", "load", "first score"), columns, strict=True)]
    whole = ["a process from its start to its first score", f"{statistics.median(wholes):.2f} s"]
    return [*lines, whole, ["imported of " + ", ".join(UNWANTED), ", ".join(unwanted) or "none"]]


def services(models: str) -> list[list[str]]:
    """Return start-up times and memory of the service, with one worker and with two."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            started = time.perf_counter()
            with server("watchword", Path(folder), models, workers) as (_, process):
                seconds = time.perf_counter() - started
                time.sleep(1)
                sizes = memory_of(process)
                lines.append(
                    [f"{workers}", f"{seconds:.2f} s", f"{sum(sizes.values()) / 1024:,.0f} MiB", str(len(sizes))]
                )
    return lines


def table(header: list[str], lines: list[list[str]]) -> str:
    """Return a Markdown table."""
    rows = [header, ["---", *["---:"] * (len(header) - 1)], *lines]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models", help="the models folder")
    parser.add_argument("--report", type=Path, help="where to write limits.md")
    options: Any = parser.parse_args(arguments)
    sizes = [f"{size:,} characters, ms" for size in SIZES]
    parts = [
        f"# Limits\n\n`python benchmarks/limits.py` on {machine()}.\n",
        "## Worst cases\n\nAll heads, five terms, every cue listed; the best of five, by the process's own clock.\n",
        table(["", *sizes, "doubling costs, ×"], worst_cases(options.models)),
        "## Cold start\n\nWith a warm compile cache; medians of five.\n",
        table(["", ""], cold_starts(options.models)),
        "## The service\n\nProportional set size of all its processes, right after the start.\n",
        table(["workers", "ready after", "memory", "processes"], services(options.models)),
    ]
    text = "\n".join(parts)
    print(text)
    if options.report is not None:
        options.report.mkdir(parents=True, exist_ok=True)
        (options.report / "limits.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
