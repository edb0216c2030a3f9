"""What the owner's first labels are worth: ``python benchmarks/few_labels.py EXAM.jsonl... --report docs/benchmarks``.

Each file holds labelled posts (``text``, ``label``). Some posts are drawn, a model is trained with them as `watchword train
--labels` does, and ranks the posts that no draw of this file may use. Beside it stands the same kind of pipeline trained on the
drawn labels alone. Prints a table of AUCs; with ``--report DIR`` also writes ``few-labels.md`` and ``few-labels.png``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import FeatureUnion, make_pipeline

from classifier.compiled import CompiledScorer
from classifier.labels import GROUNDS
from classifier.reader import Reader
from training.fit import Recipe
from training.labelled import Labelled, read_all
from training.seeds import default_seeds, read_seeds
from training.trainer import train

COUNTS = (0, 50, 200, 800)
WEIGHT = 2.0


def from_seeds(drawn: Sequence[Labelled], exam: Sequence[Labelled]) -> float:
    """Return the AUC of a model trained on the seeds and some labels."""
    trained = train(default_seeds(), [row.as_post(WEIGHT) for row in drawn], Recipe(folds=2))
    logits = CompiledScorer(trained.table, trained.lexicon).logits([row.text for row in exam])
    return float(roc_auc_score([row.harmful for row in exam], logits[:, : len(GROUNDS)].max(axis=1)))


def alone(read: Reader, drawn: Sequence[Labelled], exam: Sequence[Labelled]) -> float:
    """Return the AUC of the same features and a logistic regression, trained on the labels only."""
    recipe = Recipe()
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(lowercase=False, analyzer=str.split, sublinear_tf=True)),
            (
                "pairs",
                TfidfVectorizer(lowercase=False, token_pattern=r"\S+", ngram_range=(2, 2), sublinear_tf=True),  # noqa: S106 - a pattern
            ),
            (
                "chars",
                TfidfVectorizer(
                    lowercase=False, analyzer="char_wb", ngram_range=recipe.orders.chars, sublinear_tf=True
                ),
            ),
        ]
    )
    model = make_pipeline(features, LogisticRegression(class_weight="balanced", max_iter=500))
    model.fit([" ".join(read(row.text)) for row in drawn], [row.harmful for row in drawn])
    scores = model.decision_function([" ".join(read(row.text)) for row in exam])
    return float(roc_auc_score([row.harmful for row in exam], scores))


def measure(rows: Sequence[Labelled], draws: int, read: Reader) -> dict[str, dict[int, list[float]]]:
    """Return the AUCs of one file by way and number of labels."""
    found: dict[str, dict[int, list[float]]] = {"seeds": {}, "alone": {}}
    for count in COUNTS:
        for draw in range(draws if count else 1):
            order = np.random.default_rng(draw).permutation(len(rows)).tolist()
            drawn, exam = [rows[i] for i in order[:count]], [rows[i] for i in order[max(COUNTS) :]]
            found["seeds"].setdefault(count, []).append(from_seeds(drawn, exam))
            if count:
                found["alone"].setdefault(count, []).append(alone(read, drawn, exam))
        print(count, {way: np.round(by.get(count, []), 3).tolist() for way, by in found.items()}, file=sys.stderr)
    return found


def mean(values: Sequence[float]) -> float:
    """Return the mean, NaN of none."""
    return float(np.mean(values)) if values else float("nan")


def report(results: dict[str, Any], draws: int, folder: Path) -> None:
    """Write the table and the plot."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(
        1, len(results), figsize=(3.6 * len(results), 3.4), sharey=True, layout="constrained", squeeze=False
    )
    for axis, (name, found) in zip(axes[0], results.items(), strict=True):
        for way, colour, label in (("seeds", "#35618f", "seeds and labels"), ("alone", "#b5652b", "labels alone")):
            counts = sorted(found[way])
            values = [np.array(found[way][count]) for count in counts]
            places: NDArray[np.float64] = np.array([max(count, 20) for count in counts], dtype=np.float64)
            axis.errorbar(
                places,
                [v.mean() for v in values],
                [v.std() for v in values],
                marker="o",
                capsize=3,
                color=colour,
                label=label,
            )
        axis.set(xscale="log", title=name, xlabel="labels (the leftmost point: none)")
        axis.set_xticks([20, 50, 200, 800], ["0", "50", "200", "800"])
        axis.minorticks_off()
        axis.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_ylabel("AUC on the rest of the file")
    axes[0][0].legend(frameon=False)
    figure.savefig(folder / "few-labels.png", dpi=150)
    lines = [
        "# What the first labels are worth",
        "",
        f"`python benchmarks/few_labels.py`, {draws} draws a point; mean AUC on posts that no draw may use.",
        "Seeds: as `watchword train --labels` learns; alone: like features and a logistic regression on the labels.",
        "",
        "| file | way | " + " | ".join(str(count) for count in COUNTS) + " |",
        "| --- | --- |" + " ---: |" * len(COUNTS),
    ]
    for name, found in results.items():
        for way, by in found.items():
            cells = [f"{mean(by[count]):.3f}" if count in by else "–" for count in COUNTS]
            lines.append(f"| {name} | {way} | " + " | ".join(cells) + " |")
    (folder / "few-labels.md").write_text(
        "\n".join([*lines, "", "![AUC by number of labels](few-labels.png)", ""]), encoding="utf-8"
    )


def main() -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path, help="labelled posts")
    parser.add_argument("--draws", type=int, default=5, help="draws a point")
    parser.add_argument("--report", type=Path, help="where to write few-labels.md and few-labels.png")
    options: Any = parser.parse_args()
    read = Reader(read_seeds(default_seeds()).gazetteer.compile())
    results = {path.stem: measure(read_all(path, sys.stdin.buffer), options.draws, read) for path in options.files}
    print(json.dumps(results))
    if options.report is not None:
        report(results, options.draws, options.report)


if __name__ == "__main__":
    main()
