"""Watchword beside its peers, on the same posts in one run: ``python benchmarks/speed.py --models models``.

Prints a table with ratios; with ``--report DIR`` also writes ``speed.md`` and ``speed.png``. Each peer runs in its own
process with one thread; a peer whose packages are not the project's gets its own environment in the user's cache folder.
A peer that cannot be installed is left out and named.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from pages import machine
from rich.console import Console
from rich.table import Table as RichTable

HERE = Path(__file__).resolve().parent
#: Packages of the peers that are not in the project's environment.
PACKAGES = {
    "fasttext": ["fasttext-wheel==0.9.2", "numpy<2"],
    "underthesea": ["underthesea-core==3.3.2"],
    "mlserver": ["mlserver==1.7.1", "mlserver-sklearn==1.7.1"],
}
NAMES = {
    "watchword": "Watchword",
    "plain": "Watchword, plain path",
    "scikit_learn": "scikit-learn pipeline",
    "hashing": "scikit-learn, hashed",
    "fasttext": "fastText",
    "underthesea": "underthesea-core (words only)",
}
WAYS = {"grounds": "grounds", "two threads": "grounds, 2 threads", "heads": "all heads", "terms": "with 5 terms"}
LANGUAGES = {"en": "English", "ur": "Urdu", "ar": "Arabic"}
SHORTEST, LONGEST, LONG_POST = 60, 120, 2000
SEED = 2026
Results = dict[str, dict[str, dict[str, float]]]


def generated(count: int) -> dict[str, list[str]]:
    """Return posts made from the seeds: each language's of 60 to 120 characters, and English ones of 2,000."""
    from training.generate import generate
    from training.seeds import default_seeds, read_seeds

    by_language: dict[str, list[str]] = {}
    for post in generate(read_seeds(default_seeds()), SEED, 4):
        if SHORTEST <= len(post.text) <= LONGEST:
            by_language.setdefault(post.lang, []).append(post.text)
    rng = random.Random(SEED)
    sets = {}
    for code, name in LANGUAGES.items():
        posts = by_language[code]
        rng.shuffle(posts)
        sets[name] = posts[:count]
    long = []
    for _ in range(count // 20):
        text = ""
        while len(text) < LONG_POST:
            text += rng.choice(by_language["en"]) + " "
        long.append(text[:LONG_POST])
    return sets | {"2,000 characters": long}


def prepare(folder: Path, models: str, data: Path | None, count: int) -> None:
    """Write what the peers read."""
    from classifier import Post, load
    from classifier.files import read_posts
    from training.generate import generate
    from training.seeds import default_seeds, read_seeds

    normalise = load(models).normalise
    sets = generated(count)
    if data is not None:
        sets[data.name] = [post.text for post in read_posts(str(data), sys.stdin.buffer) if isinstance(post, Post)][
            :count
        ]
    forms = {
        name: {"raw": posts, "canonical": [normalise(post).text for post in posts]} for name, posts in sets.items()
    }
    (folder / "sets.json").write_text(json.dumps(forms), encoding="utf-8")
    labelled = list(generate(read_seeds(default_seeds()), SEED + 1, 2))
    rows = (f"{'harm' if post.harmful else 'benign'}\t{normalise(post.text).text}\n" for post in labelled)
    (folder / "train.tsv").write_text("".join(rows), encoding="utf-8")
    (folder / "models.txt").write_text(str(Path(models).resolve()), encoding="utf-8")


def interpreter(peer: str) -> str:
    """Return the Python to run a peer with, its environment made where it is missing."""
    if peer not in PACKAGES:
        return sys.executable
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "watchword" / "peers" / peer
    python = cache / "bin" / "python"
    if not (cache / "ready").exists():
        venv.create(cache, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES[peer]], check=True)  # noqa: S603 - pinned above
        (cache / "ready").touch()
    return str(python)


def run(peer: str, folder: Path) -> dict[str, dict[str, float]]:
    """Measure one peer in its own process, one thread to each library."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    environment = {**os.environ, **single, "PYTHONPATH": str(HERE.parent)}
    command = [interpreter(peer), str(HERE / "peers.py"), peer, str(folder)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - own script
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows_of(results: Results, name: str) -> list[list[str]]:
    """Return the lines of one set: peer, then rate and Watchword's ratio for each way, then the single post."""
    mine = results["watchword"][name]
    lines = []
    for peer, sets in results.items():
        cells = [NAMES[peer]]
        for way in WAYS:
            rate = sets[name].get(way)
            ratio = f" ({mine[way] / rate:.1f} ×)" if rate and peer != "watchword" else ""
            cells.append(f"{rate:,.0f}{ratio}" if rate else "–")
        alone = sets[name].get("single")
        cells.append(f"{alone:,.1f}" if alone else "–")
        lines.append(cells)
    return lines


def show(results: Results) -> None:
    """Print one table a set."""
    console = Console(width=140)
    for name in results["watchword"]:
        table = RichTable("posts a second (Watchword is … × as fast)", *WAYS.values(), "one post, µs", title=name)
        for line in rows_of(results, name):
            table.add_row(*line)
        console.print(table)


def report(results: Results, missing: list[str], folder: Path) -> None:
    """Write the Markdown report and the plot."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Speed",
        "",
        f"`python benchmarks/speed.py` on {machine()}. All peers on the same generated posts in one run; medians of seven.",
        "One thread is timed by the process's own clock, two threads and single posts by the wall's.",
        "Peers are given canonical text and their normalising is not counted; Watchword starts from the post as written.",
        "Figures are posts a second, in brackets how many times as fast Watchword is in the same column.",
        "",
    ]
    header = ["", *WAYS.values(), "one post, µs"]
    for name in results["watchword"]:
        lines += [f"## {name}", "", "| " + " | ".join(header) + " |", "| --- |" + " ---: |" * (len(header) - 1)]
        lines += ["| " + " | ".join(cells) + " |" for cells in rows_of(results, name)] + [""]
    if missing:
        lines += [f"Left out, because it could not be installed or run: {', '.join(NAMES[p] for p in missing)}.", ""]
    lines += ["![posts a second](speed.png)", ""]
    (folder / "speed.md").write_text("\n".join(lines), encoding="utf-8")
    name = next(iter(results["watchword"]))
    bars = [(NAMES[p], s[name].get("grounds") or s[name]["heads"]) for p, s in results.items()]
    figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
    drawn = axes.barh([label for label, _ in reversed(bars)], [rate for _, rate in reversed(bars)], color="#35618f")
    axes.bar_label(drawn, fmt="{:,.0f}", padding=4)
    axes.set(xscale="log", xlabel=f"posts a second, one thread, {name}, log scale")
    axes.margins(x=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(folder / "speed.png", dpi=150)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models", help="the models folder")
    parser.add_argument("--data", type=Path, help="a file of posts to measure as well")
    parser.add_argument("--report", type=Path, help="where to write speed.md and speed.png")
    parser.add_argument("--posts", type=int, default=4000, help="posts a set")
    parser.add_argument("--peers", nargs="*", default=list(NAMES), choices=list(NAMES), help="which peers")
    options: Any = parser.parse_args(arguments)
    results: Results = {}
    missing = []
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name), options.models, options.data, options.posts)
        for peer in dict.fromkeys(["watchword", *options.peers]):
            try:
                results[peer] = run(peer, Path(name))
            except subprocess.CalledProcessError as error:
                missing.append(peer)
                print(f"{NAMES[peer]} could not be measured:\n{str(error.stderr)[-2000:]}", file=sys.stderr)
    show(results)
    if options.report is not None:
        report(results, missing, options.report)


if __name__ == "__main__":
    main()
