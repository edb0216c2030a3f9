from __future__ import annotations

import numpy as np
import pytest
from joblib import Parallel
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from classifier.labels import CATEGORIES, GROUND_OF
from classifier.reader import Reader
from training import prior
from training.corpus import Corpus, prepare
from training.generate import LabelledPost
from training.prior import Heads, refine, telling

FEATURES = 12
WINDOW = 4


def one_category(ground: int) -> frozenset[str]:
    grounds = list(dict.fromkeys(GROUND_OF.values()))
    return frozenset([next(c for c in CATEGORIES if GROUND_OF[c] == grounds[ground])])


@pytest.fixture(scope="module")
def corpus(read: Reader) -> Corpus:
    """Seeds, and labels of every kind: benign, bare, of either ground, longer than a window."""
    known = [LabelledPost(f"seed words {i}", frozenset(), "news", "en", f"en.news.{i}") for i in range(20)]
    labels = []
    for i in range(40):
        harm = frozenset() if i % 2 else (frozenset(), one_category(0), one_category(1))[i % 3]
        text = " ".join(f"word{'abcdefgh'[(i + j) % 8]}" for j in range(9 if i % 5 == 0 else 3))
        labels.append(LabelledPost(text, harm, None, "en", f"label.{i}", bare=i % 2 == 0))
    return prepare([*known, *labels], read, WINDOW)


@pytest.fixture(scope="module")
def features(corpus: Corpus) -> sparse.csr_matrix:
    random = np.random.default_rng(3)
    return sparse.random(
        len(corpus.texts) + 5, FEATURES, density=0.4, format="csr", random_state=random, dtype=np.float64
    )


@pytest.fixture(scope="module")
def heads() -> Heads:
    random = np.random.default_rng(4)
    return random.normal(size=(FEATURES, 2)), random.normal(size=2)


def naively(features: sparse.csr_matrix, corpus: Corpus, heads: Heads, ground: int) -> NDArray[np.float64]:
    """Return the scores of a ground by the words of `refine`'s description: rows picked one by one, nothing folded."""
    coefficients, intercepts = heads
    scores = features.toarray() @ coefficients
    seeds = [w for w, o in enumerate(corpus.owner) if not corpus.posts[o].family.startswith("label.")]
    known = (scores + intercepts) * prior.SIZE / scores[seeds].std(axis=0)
    rows, labels = [], []
    for index, post in enumerate(corpus.posts):
        own = np.flatnonzero(corpus.owner == index).tolist()
        yes = bool(corpus.targets[index, ground])
        if not post.family.startswith("label.") or (post.harmful and not yes):
            continue
        rows += [max(own, key=lambda w: known[w].max())] if post.harmful else own
        labels += [yes] * (1 if post.harmful else len(own))
    stacked = np.hstack([features.toarray(), known])
    head = LogisticRegression(C=prior.STRENGTH, class_weight="balanced", max_iter=500, tol=1e-8)
    return np.asarray(head.fit(stacked[rows], labels).decision_function(stacked))


@pytest.mark.parametrize("ground", [0, 1])
def test_the_folded_heads_score_as_the_stacked_ones(
    corpus: Corpus, features: sparse.csr_matrix, heads: Heads, ground: int
) -> None:
    every = np.ones(len(corpus.texts), dtype=np.bool_)
    with Parallel(n_jobs=1) as parallel:
        coefficients, intercepts = refine(features, corpus, every, heads, parallel)
    assert (features @ coefficients + intercepts)[:, ground] == pytest.approx(
        naively(features, corpus, heads, ground), abs=0.02
    )


def test_without_labels_the_seeds_decide(corpus: Corpus, features: sparse.csr_matrix, heads: Heads) -> None:
    seeds_only = np.array([not corpus.posts[o].family.startswith("label.") for o in corpus.owner])
    with Parallel(n_jobs=1) as parallel:
        assert refine(features, corpus, seeds_only, heads, parallel) is heads


def test_a_long_harmful_post_teaches_by_its_highest_window(corpus: Corpus) -> None:
    scores = np.random.default_rng(5).permutation(len(corpus.texts)).astype(np.float64)
    chosen = telling(corpus, scores)
    for index, post in enumerate(corpus.posts):
        own = np.flatnonzero(corpus.owner == index)
        expected = np.full(len(own), fill_value=True) if not post.harmful else own == own[np.argmax(scores[own])]
        assert np.array_equal(chosen[own], expected)
