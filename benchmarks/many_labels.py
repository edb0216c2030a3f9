"""What a million labels cost: ``python benchmarks/many_labels.py --report docs/benchmarks [--posts 5000 20000]``.

Makes files of distinct labelled posts in every language of the seeds: phrasings filled, words of the language's frequency list
put in, then written the way people write. `watchword train --labels` learns from each file in a process of its own. Prints a
table of time, peak memory and the model's size; with ``--report DIR`` also writes ``many-labels.md``.
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
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pages import machine, publish, table

from classifier.reader import Reader
from training.generate import Filler
from training.noise import roughen
from training.pseudo import frequent_words, replace_words
from training.seeds import Seeds, default_seeds, read_seeds
from training.trainer import STEPS

SEED = 2027
MINUTES, GIBIBYTES = 45, 16
COMMAND = "import sys; from classifier.commands.root import main; sys.exit(main())"


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes
    ----------
    posts
        Labelled posts in the file.
    used
        Labelled posts that the model's manifest says it learnt from.
    seconds
        From the start of the process to its end.
    processor
        Seconds of processor time, which other programs on the machine change less.
    peak
        Most memory resident at once, bytes.
    model
        Size of the model's folder, bytes.
    features
        N-grams in its table.
    steps
        Seconds of each step of the training, and of what comes before.
    """

    posts: int
    used: int
    seconds: float
    processor: float
    peak: int
    model: int
    features: int
    steps: dict[str, float]


def labelled_posts(seeds: Seeds, read: Reader) -> Iterator[dict[str, Any]]:
    """Yield labelled posts without end, no text twice, every phrasing as often as any other."""
    langs = dict.fromkeys(family.lang for family in seeds.families)
    fillers = {lang: Filler(seeds, lang) for lang in langs}
    words = {lang: frequent_words(seeds, lang, read) for lang in langs}
    phrasings = [(family, phrasing) for family in seeds.families for _, phrasing in family.phrasings]
    rng = random.Random(SEED)
    seen: set[int] = set()
    while True:
        rng.shuffle(phrasings)
        for family, phrasing in phrasings:
            tokens = fillers[family.lang].fill(phrasing, rng).split()
            text = roughen(" ".join(replace_words(tokens, words[family.lang], rng)), rng)
            if hash(text) in seen:
                continue
            seen.add(hash(text))
            row = {"id": f"p{len(seen)}", "text": text, "lang": family.lang, "label": int(not family.kind)}
            yield row | ({"kind": family.kind} if family.kind else {"categories": list(family.categories)})


def write(path: Path, rows: Iterator[dict[str, Any]], count: int) -> float:
    """Write a label file and return the mean number of words of a post."""
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for row in islice(rows, count):
            words += len(row["text"].split())
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return words / count


def train(labels: Path, posts: int, out: Path) -> Run:
    """Train as a user would and measure the process."""
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", COMMAND, "train", "--labels", str(labels), "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    marks, last = [("read labels", begun)], ""
    for line in process.stderr or ():
        last = line.strip() or last
        if last in STEPS:
            marks.append((last, time.perf_counter()))
            print(f"{marks[-1][1] - begun:7.0f} s  {last}", file=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        msg = f"`watchword train` ended with status {process.returncode}: {last}"
        raise SystemExit(msg)
    (folder,) = (path.parent for path in out.glob("*/manifest.json"))
    facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["training"]
    ends = [mark for _, mark in marks[1:]] + [begun + seconds]
    return Run(
        posts=posts,
        used=facts["labels"],
        seconds=seconds,
        processor=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024,
        model=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        features=features_of(folder),
        steps={name: end - start for (name, start), end in zip(marks, ends, strict=True)},
    )


def features_of(folder: Path) -> int:
    """Return how many n-grams a model's table holds."""
    from classifier import load

    table_of = load(folder.parent, folder.name).table
    return len(table_of.words.terms) + len(table_of.chars.terms)


def page(runs: list[Run], words: float) -> list[str]:
    """Return the report's lines."""
    head = ["labelled posts", "learnt from", "wall time", "processor time", "peak memory", "features", "model"]
    rows = [
        [
            f"{run.posts:,}",
            f"{run.used:,}",
            f"{run.seconds / 60:.1f} min",
            f"{run.processor / 60:.1f} min",
            f"{run.peak / 2**30:.2f} GiB",
            f"{run.features:,}",
            f"{run.model / 1e6:.0f} MB",
        ]
        for run in runs
    ]
    steps = list(runs[0].steps)
    return [
        "# What many labels cost",
        "",
        f"`python benchmarks/many_labels.py` on {machine()}. Targets: a million posts in {MINUTES} min and {GIBIBYTES} GiB.",
        "",
        *table(head, rows),
        "",
        "Seconds a step:",
        "",
        *table(["labelled posts", *steps], [[f"{r.posts:,}", *(f"{r.steps[s]:.0f}" for s in steps)] for r in runs]),
        "",
        f"The posts are synthetic and all different, {words:.1f} words long on average, in the languages of the seeds, with",
        "categories or a kind. Wall time and peak memory are those of `watchword train --labels FILE`, the seeds included.",
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000_000], help="labelled posts, one training each")
    parser.add_argument("--report", type=Path, help="where to write many-labels.md")
    options: Any = parser.parse_args(arguments)
    seeds = read_seeds(default_seeds())
    read = Reader(seeds.gazetteer.compile())
    runs, words = [], 0.0
    for count in options.posts:
        with tempfile.TemporaryDirectory() as name:
            labels = Path(name) / "labels.jsonl"
            words = write(labels, labelled_posts(seeds, read), count)
            runs.append(train(labels, count, Path(name) / "models"))
        print(json.dumps(vars(runs[-1])), file=sys.stderr)
    lines = page(runs, words)
    publish(lines, options.report, "many-labels.md")


if __name__ == "__main__":
    main()
