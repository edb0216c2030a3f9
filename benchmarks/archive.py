"""Rescoring an archive beside a plain pandas and scikit-learn script: ``python benchmarks/archive.py --models models``.

Prints a table; with ``--report DIR`` also writes ``archive.md``. Both are whole programs, from start to end, on the same
generated posts in one run. The script's rate is taken from fewer posts, since it is slow. Memory is the sum of the
proportional shares (PSS) of a program's processes, looked at five times a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pages import machine

HERE = Path(__file__).resolve().parent
SEED = 2026
WATCHWORD = [sys.executable, "-c", "from classifier.commands.root import main; main()"]
WAYS = [(kind, terms) for kind in ("jsonl", "parquet") for terms in (0, 3)]
MIB = 1 << 20
BATCH = 1 << 16


def posts(count: int) -> Iterator[dict[str, str]]:
    """Yield generated posts as an archive has them; no two texts are the same."""
    from training.generate import generate
    from training.seeds import default_seeds, read_seeds

    texts = [post.text for post in generate(read_seeds(default_seeds()), SEED, 4)]
    rng = random.Random(SEED)
    for i in range(count):
        second = f"{i // 60 % 60:02d}:{i % 60:02d}"
        yield {
            "id": str(10**15 + i),
            "text": f"{rng.choice(texts)} {i}",
            "account": f"user{rng.randrange(1 + count // 20)}",
            "created_at": f"2026-01-{1 + i % 28:02d}T{i // 3600 % 24:02d}:{second}Z",
        }


def write(folder: Path, count: int, kinds: tuple[str, ...]) -> None:
    """Write an archive of so many posts in each format."""
    names = ("id", "text", "account", "created_at")
    schema = pa.schema([(name, pa.string()) for name in names])
    lines = (folder / f"{count}.jsonl").open("w", encoding="utf-8")
    with lines, pq.ParquetWriter(folder / f"{count}.parquet", schema, compression="zstd") as table:
        batch = []
        for post in posts(count):
            lines.write(json.dumps(post, ensure_ascii=False) + "\n")
            batch.append(post)
            if len(batch) == BATCH:
                table.write_table(pa.Table.from_pylist(batch, schema))
                batch = []
        table.write_table(pa.Table.from_pylist(batch, schema))
    for kind in {"jsonl", "parquet"} - set(kinds):
        (folder / f"{count}.{kind}").unlink()


def family(process: int) -> list[int]:
    """Return a process and all below it."""
    found = [process]
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family(int(child))
    except OSError:
        pass
    return found


def memory(process: int) -> int:
    """Return the memory of a process and all below it, in bytes."""
    total = 0
    for member in family(process):
        try:
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) << 10 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total


def timed(command: list[str]) -> dict[str, float]:
    """Run a program to its end; return seconds of the wall and of the processors, and the most memory it took."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parent)}
    before, began, most = os.times(), time.perf_counter(), 0
    run = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - our own programs
    while run.poll() is None:
        most = max(most, memory(run.pid))
        time.sleep(0.2)
    seconds, after = time.perf_counter() - began, os.times()
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command)
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"seconds": seconds, "processors": used, "memory": most}


def rescore(source: Path, out: Path, terms: int, models: str, workers: int) -> dict[str, float]:
    """Measure the product."""
    found = timed(
        [
            *WATCHWORD,
            "rescore",
            str(source),
            "--out",
            str(out),
            "--terms",
            str(terms),
            "--models",
            models,
            "--workers",
            str(workers),
        ]
    )
    size = sum(path.stat().st_size for path in out.glob("part-*"))
    return found | {"bytes": size}


def script(source: Path, out: Path, terms: int, models: str) -> dict[str, float]:
    """Measure the plain script."""
    return timed([sys.executable, str(HERE / "archive_script.py"), str(source), str(out), str(terms), models])


def throughput(folder: Path, options: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - argparse
    """Measure each way of both programs."""
    write(folder, options.posts, ("jsonl", "parquet"))
    write(folder, options.script_posts, ("jsonl", "parquet"))
    rows = []
    for kind, terms in WAYS:
        runs = [
            rescore(
                folder / f"{options.posts}.{kind}",
                folder / f"{kind}{terms}.{i}",
                terms,
                options.models,
                options.workers,
            )
            for i in range(options.repeats)
        ]
        best = min(runs, key=lambda run: run["seconds"])
        peer = script(
            folder / f"{options.script_posts}.{kind}", folder / f"{kind}{terms}.parquet", terms, options.models
        )
        rows.append({"kind": kind, "terms": terms, "ours": best, "peer": peer})
    return rows


def lines_of(rows: list[dict[str, Any]], options: Any) -> list[list[str]]:  # noqa: ANN401 - argparse
    """Return the table of throughput."""
    lines = []
    for row in rows:
        ours, peer = row["ours"], row["peer"]
        rate, other = options.posts / ours["seconds"], options.script_posts / peer["seconds"]
        work = 1e6 * ours["processors"] / options.posts
        lines.append(
            [
                f"{'JSONL' if row['kind'] == 'jsonl' else 'Parquet'} → Parquet, {row['terms']} terms",
                f"{rate:,.0f}",
                f"{work:.1f}",
                f"{options.workers * 1e6 / work:,.0f}",
                f"{other:,.0f}",
                f"{rate / other:.0f} ×",
                f"{peer['processors'] / options.script_posts * 1e6 / work:.0f} ×",
                f"{ours['bytes'] / options.posts:.0f}",
            ]
        )
    return lines


NOTES = """\
{posts:,} generated posts of about a hundred characters with id, account and date; {workers} workers; whole programs with
their start, the fastest of {repeats} runs. The script (`benchmarks/archive_script.py`) gives risks and categories by pandas and
the model's own scikit-learn pipeline, in one process, on {script_posts:,} posts, and is spared normalising, urgency, mentions,
language, digests and resuming. Memory is the most that all processes together held."""

HEADING = [
    "", "posts/s", "processor µs a post", "posts/s if the processors were its own", "script, posts/s",
    "faster by the wall", "by processor time", "bytes a post",
]  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models", help="the models folder")
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts of the archive")
    parser.add_argument("--script-posts", type=int, default=50_000, help="posts that the script is given")
    parser.add_argument(
        "--memory", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000], help="sizes to take the memory at"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--repeats", type=int, default=2, help="runs of which the fastest counts")
    parser.add_argument("--report", type=Path, help="where to write archive.md")
    options = parser.parse_args(arguments)
    lines, sizes = [], []
    began = os.getloadavg()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.posts:
            lines = lines_of(throughput(folder, options), options)
        for count in options.memory:
            write(folder, count, ("jsonl",))
            found = rescore(folder / f"{count}.jsonl", folder / f"m{count}", 0, options.models, options.workers)
            sizes.append([f"{count:,}", f"{found['memory'] / MIB:,.0f}", f"{count / found['seconds']:,.0f}"])
            subprocess.run(["rm", "-r", str(folder / f"m{count}"), str(folder / f"{count}.jsonl")], check=True)  # noqa: S603, S607
    load = f"load before {began[0]:.1f}, after {os.getloadavg()[0]:.1f}"
    console = Console(width=150)
    second = ["posts", "peak memory, MiB", "posts/s"]
    for title, heading, rows in (("Throughput", HEADING, lines), ("Memory", second, sizes)):
        table = Table(*heading, title=f"{title} ({load})")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    if options.report is not None:
        options.report.mkdir(parents=True, exist_ok=True)
        text = [
            "# Archives",
            "",
            f"`make bench-archive` on {machine()}; {load} (1 is one busy processor).",
            NOTES.format(**vars(options)),
            "",
        ]
        for heading, rows in ((HEADING, lines), (second, sizes)):
            text += ["| " + " | ".join(heading) + " |", "| --- |" + " ---: |" * (len(heading) - 1)]
            text += ["| " + " | ".join(row) + " |" for row in rows] + [""]
        (options.report / "archive.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
