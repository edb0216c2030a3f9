"""The owner's labels, learnt with the seeds as a prior: what the seeds know of a post stands beside its n-grams.

Fifty labels say little about sixty thousand n-grams, but enough to tell how far the two ground heads of the seeds are to be
trusted here, and in what mixture. So a logistic regression is fitted on the labels with the heads' two scores as further
features; folded back, its coefficients are the seeds' weights, scaled and corrected (stacking and a prior mean in one; Chelba
and Acero, 2006, regularise towards the old weights alone).
"""

from __future__ import annotations

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from classifier.labels import GROUNDS
from training.corpus import Corpus

#: Beginning of the families of labelled posts.
LABEL = "label."
#: Inverse regularisation, and how large a score of the seeds stands beside the n-grams: the larger, the freer its coefficient.
STRENGTH = 1.0
SIZE = 0.2

Heads = tuple[NDArray[np.float64], NDArray[np.float64]]


def is_label(corpus: Corpus) -> NDArray[np.bool_]:
    """Return which posts are the owner's, shape ``(posts,)``."""
    return np.array([post.family.startswith(LABEL) for post in corpus.posts], dtype=np.bool_)


def refine(
    features: sparse.csr_matrix, corpus: Corpus, rows: NDArray[np.bool_], seeds: Heads, parallel: Parallel
) -> Heads:
    """Correct the ground heads by the owner's labels.

    Parameters
    ----------
    features
        Shape ``(windows or more, features)``.
    corpus
        Seeds and labels.
    rows
        Which windows to learn from, shape ``(windows,)``.
    seeds
        Coefficients ``(features, grounds)`` and intercepts ``(grounds,)`` of the heads fitted on the seeds.
    parallel
        Runs the fits of the grounds beside each other; they share the rows.

    Returns
    -------
    tuple
        The same shapes; a ground on which the labels do not show both classes stays as it was.
    """
    own = is_label(corpus)[corpus.owner]
    if not (rows & own).any():
        return seeds
    coefficients, intercepts = seeds
    scores = (features @ coefficients)[: len(own)]
    scale = SIZE / np.maximum(scores[rows & ~own].std(axis=0), 1e-9)
    known = (scores + intercepts) * scale
    mine = np.flatnonzero(rows & own & telling(corpus, known.max(axis=1)))
    rest = sparse.hstack([features[mine], sparse.csr_matrix(known[mine].astype(features.dtype))], format="csr")
    rest.sum_duplicates()  # puts it in order in place, which scikit-learn must not do from two threads at once
    labels = corpus.targets[corpus.owner[mine], : len(GROUNDS)].astype(bool)
    harmful: NDArray[np.bool_] = np.any(labels, axis=1)
    weights = [_balanced(labels[:, ground], harmful) for ground in range(len(GROUNDS))]
    taught = [ground for ground in range(len(GROUNDS)) if weights[ground] is not None]
    fitted = parallel(delayed(_fit)(rest, labels[:, ground], weights[ground]) for ground in taught)
    refined = coefficients.copy(), intercepts.copy()
    for ground, (found, intercept) in zip(taught, fitted, strict=True):
        moved, mixture = found[: -len(GROUNDS)], found[-len(GROUNDS) :] * scale
        refined[0][:, ground] = moved + coefficients @ mixture
        refined[1][ground] = intercept + intercepts @ mixture
    return refined


def telling(corpus: Corpus, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which windows a post's label speaks of: all of a benign post, the highest one of a harmful post.

    Parameters
    ----------
    corpus
        The posts.
    scores
        One a window; of equal windows the last one counts.
    """
    harmful = np.array([post.harmful for post in corpus.posts], dtype=np.bool_)
    chosen = ~harmful[corpus.owner]
    order = np.lexsort((scores, corpus.owner))
    chosen[order[np.flatnonzero(np.diff(corpus.owner, append=-1))]] = True
    return chosen


def _balanced(yes: NDArray[np.bool_], harmful: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    """Return weights under which both classes of a ground weigh the same, harm on the other ground none; None of one class only.

    Weights instead of a selection, so that all grounds learn from the same rows and nothing is copied.
    """
    used = np.stack([~harmful, yes])
    counts = used.sum(axis=1)
    if not counts.all():
        return None
    return np.asarray((counts.sum() / len(counts) / counts) @ used, dtype=np.float32)


def _fit(
    features: sparse.csr_matrix, labels: NDArray[np.bool_], weights: NDArray[np.float32]
) -> tuple[NDArray[np.float64], float]:
    head = LogisticRegression(C=STRENGTH, max_iter=200)
    head.fit(features, labels, sample_weight=weights)
    return np.asarray(head.coef_[0], dtype=np.float64), float(head.intercept_[0])
