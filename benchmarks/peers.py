"""One peer, timed in its own process: ``python benchmarks/peers.py PEER FOLDER``.

The folder holds ``sets.json`` (posts by set, as written and in canonical form), ``train.tsv`` (labelled canonical posts)
and, for scikit-learn and Watchword, ``models.txt`` (the models folder). Prints JSON: seconds by set and way.
"""

from __future__ import annotations

import copy
import io
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

REPEATS = 7
SINGLES = 300
GROUNDS = 2
Way = Callable[[Sequence[str]], Any]


def median_seconds(
    work: Callable[[], Any], repeats: int = REPEATS, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the median time of some repetitions, after one that does not count.

    The clock is the process's own, so that whatever else the machine does counts for nobody.
    """
    work()
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def in_two_threads(way: Way, posts: Sequence[str]) -> None:
    """Run a way over both halves of the posts at once."""
    half = len(posts) // 2
    threads = [threading.Thread(target=way, args=(part,)) for part in (posts[:half], posts[half:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def scikit_learn(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:  # noqa: ARG001 - all peers are called alike
    """Return the model's own pipeline: the ground heads only, and all."""
    import joblib
    import numpy as np
    from sklearn.preprocessing import LabelBinarizer

    from classifier import load

    whole = joblib.load(io.BytesIO(load((folder / "models.txt").read_text()).bundle.read("pipeline.joblib")))
    grounds = copy.deepcopy(whole)
    heads = grounds.steps[-1][1]
    heads.estimators_ = heads.estimators_[:GROUNDS]
    targets = np.eye(GROUNDS, dtype=np.int8) + np.eye(GROUNDS, k=1, dtype=np.int8)
    heads.label_binarizer_ = LabelBinarizer().fit(targets)
    return {"grounds": grounds.predict_proba, "heads": whole.predict_proba}


def hashing(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:  # noqa: ARG001 - as above
    """Return the same n-grams hashed, two heads."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import FeatureUnion, Pipeline

    words = HashingVectorizer(lowercase=False, token_pattern=r"\S+", ngram_range=(1, 2), n_features=2**16)  # noqa: S106
    chars = HashingVectorizer(lowercase=False, analyzer="char_wb", ngram_range=(2, 5), n_features=2**16)
    pipeline = Pipeline(
        [
            ("hash", FeatureUnion([("words", words), ("chars", chars)])),
            ("idf", TfidfTransformer(sublinear_tf=False)),
            ("head", SGDClassifier(loss="log_loss", random_state=7)),
        ]
    )
    pipeline.fit([text for _, text in train], [label for label, _ in train])
    return {"grounds": pipeline.predict_proba}


def fasttext(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:
    """Return fastText with the same n-gram orders."""
    import fasttext as peer

    lines = folder / "fasttext.txt"
    lines.write_text("".join(f"__label__{label} {text}\n" for label, text in train), encoding="utf-8")
    model = peer.train_supervised(str(lines), wordNgrams=2, minn=2, maxn=5, epoch=5, thread=1, verbose=0)
    return {"grounds": lambda posts: model.predict(list(posts), k=2)}


def underthesea(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:  # noqa: ARG001 - as above
    """Return underthesea-core's TF-IDF and linear SVM in Rust; it has word n-grams only."""
    import underthesea_core

    model = underthesea_core.TextClassifier(ngram_range=(1, 2))
    model.fit([text for _, text in train], [label for label, _ in train])
    return {"grounds": lambda posts: model.predict_batch(list(posts))}


def watchword(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:  # noqa: ARG001 - as above
    """Return the compiled scorer, from posts as written."""
    from classifier import load
    from classifier.compiled import CompiledScorer

    model = load((folder / "models.txt").read_text())
    scorer = CompiledScorer(model.table, model.normalise.lexicon)
    return {
        "grounds": scorer.risks,
        "single": lambda posts: scorer.one(posts[0]),
        "heads": scorer.logits,
        "terms": lambda posts: scorer.explain(posts, 5),
    }


def plain(folder: Path, train: list[tuple[str, str]]) -> dict[str, Way]:  # noqa: ARG001 - as above
    """Return the plain path, the oracle of the tests."""
    from classifier import load
    from classifier.normalise import Normaliser
    from classifier.scoring import Scorer

    model = load((folder / "models.txt").read_text())
    normalise, scorer = Normaliser(model.bundle.lexicon()), Scorer(model.table)
    return {
        "heads": lambda posts: (
            [scorer.logits([t.text for t in normalise(p).tokens]) for p in posts[:500]] * (len(posts) > 1)
        )
    }


PEERS = {f.__name__: f for f in (watchword, plain, scikit_learn, hashing, fasttext, underthesea)}
#: These read posts as written; the others are given canonical text, made outside the clock.
RAW = ("watchword", "plain")


def measure(peer: str, folder: Path) -> dict[str, dict[str, float]]:
    """Return posts a second by set and way, and microseconds for single posts."""
    sets = json.loads((folder / "sets.json").read_text(encoding="utf-8"))
    rows = (folder / "train.tsv").read_text(encoding="utf-8").splitlines()
    ways = PEERS[peer](folder, [(label, text) for label, _, text in (row.partition("\t") for row in rows)])
    single = ways.pop("single", ways.get("grounds"))
    results: dict[str, dict[str, float]] = {}
    for name, forms in sets.items():
        posts = forms["raw" if peer in RAW else "canonical"]
        found = results[name] = {}
        for way, run in ways.items():
            count = min(500, len(posts)) if peer == "plain" else len(posts)
            found[way] = count / median_seconds(partial(run, posts), 1 if peer == "plain" else REPEATS)
        if "grounds" in ways:
            found["two threads"] = len(posts) / median_seconds(
                partial(in_two_threads, ways["grounds"], posts), clock=time.perf_counter
            )
        if single is not None:
            found["single"] = 1e6 * statistics.median(
                median_seconds(partial(single, [post]), 3, time.perf_counter) for post in posts[:SINGLES]
            )
    return results


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
