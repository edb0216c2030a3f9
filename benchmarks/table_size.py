"""How large a model table is worth having: ``python benchmarks/table_size.py --report docs/benchmarks [--data EXAM.jsonl]...``.

Trains the default recipe with other numbers of features and prints, for each, the AUC on families held out, on the labelled
files that are given, the size of the table, and how many generated posts a second one thread scores. Rates are compared within
one run only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from classifier.compiled import CompiledScorer
from classifier.labels import GROUNDS
from classifier.table import to_bytes
from training.fit import Recipe
from training.generate import generate
from training.labelled import Labelled, read_all
from training.seeds import default_seeds, read_seeds
from training.trainer import train

#: Words and character n-grams.
SIZES = (
    (3_000, 4_000),
    (6_000, 9_000),
    (13_000, 17_000),
    (26_000, 34_000),
    (40_000, 50_000),
    (60_000, 90_000),
    (90_000, 150_000),
)
SPEED_POSTS, REPEATS = 20_000, 5


def rate(scorer: CompiledScorer, texts: Sequence[str]) -> float:
    """Return posts a second of process time, the best of some repeats."""
    scorer.risks(texts)
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        scorer.risks(texts)
        times.append(time.process_time() - begun)
    return len(texts) / min(times)


def measure(words: int, chars: int, exams: dict[str, list[Labelled]], posts: Sequence[str]) -> dict[str, Any]:
    """Train at one size and return its figures."""
    trained = train(default_seeds(), recipe=Recipe(words=words, chars=chars))
    scorer = CompiledScorer(trained.table, trained.lexicon)
    transfer = {}
    for name, rows in exams.items():
        logits = scorer.logits([row.text for row in rows])[:, : len(GROUNDS)].max(axis=1)
        transfer[name] = float(roc_auc_score([row.harmful for row in rows], logits))
    overall = trained.metrics["overall"]
    return {
        "features": len(trained.table.words.terms) + len(trained.table.chars.terms),
        "held_out_auc": overall["auc"],
        "held_out_average_precision": overall["average_precision"],
        "transfer": transfer,
        "megabytes": len(to_bytes(trained.table)) / 1e6,
        "posts_a_second": rate(scorer, posts),
    }


def report(rows: list[dict[str, Any]], folder: Path) -> None:
    """Write ``table-size.md`` and ``table-size.png``."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    features = [row["features"] for row in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    left.plot(features, [row["held_out_auc"] for row in rows], marker="o", color="#35618f", label="families held out")
    names = list(rows[0]["transfer"])
    if names:
        means = [float(np.mean(list(row["transfer"].values()))) for row in rows]
        left.plot(features, means, marker="s", color="#b5652b", label="real posts, mean of the files")
    left.set(xscale="log", xlabel="features", ylabel="AUC")
    left.legend(frameon=False)
    right.plot(features, [row["posts_a_second"] / 1000 for row in rows], marker="o", color="#35618f")
    right.set(xscale="log", xlabel="features", ylabel="thousand posts a second, one thread")
    right.set_ylim(bottom=0)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(folder / "table-size.png", dpi=150)
    head = ["features", "AUC, families held out", "average precision", *names, "MB", "posts a second"]
    lines = [
        "# How large a table is worth having",
        "",
        "`python benchmarks/table_size.py`: the default recipe with other numbers of features. Rates hold within this run only.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + " ---: |" * len(head),
    ]
    for row in rows:
        cells = [f"{row['features']:,}", f"{row['held_out_auc']:.3f}", f"{row['held_out_average_precision']:.3f}"]
        cells += [f"{row['transfer'][name]:.3f}" for name in names]
        lines.append("| " + " | ".join([*cells, f"{row['megabytes']:.1f}", f"{row['posts_a_second']:,.0f}"]) + " |")
    (folder / "table-size.md").write_text(
        "\n".join([*lines, "", "![AUC and rate by number of features](table-size.png)", ""]), encoding="utf-8"
    )


def main() -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--data", type=Path, action="append", default=[], help="a file of labelled posts; may be repeated"
    )
    parser.add_argument("--report", type=Path, help="where to write table-size.md and table-size.png")
    options: Any = parser.parse_args()
    exams = {path.stem: read_all(path, sys.stdin.buffer) for path in options.data}
    posts = [post.text for post in generate(read_seeds(default_seeds()), 1, 1)][:SPEED_POSTS]
    rows = []
    for words, chars in SIZES:
        rows.append(measure(words, chars, exams, posts))
        print(json.dumps(rows[-1]), flush=True)
    if options.report is not None:
        report(rows, options.report)


if __name__ == "__main__":
    main()
