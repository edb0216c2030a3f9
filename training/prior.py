"""The owner's labels, learnt with the seeds as a prior: what the seeds know of a post stands beside its n-grams.

Fifty labels say little about sixty thousand n-grams, but enough to tell how far the two ground heads of the seeds are to be
trusted here, and in what mixture. So a logistic regression is fitted on the labels with the heads' two scores as further
features; folded back, its coefficients are the seeds' weights, scaled and corrected (stacking and a prior mean in one; Chelba
and Acero, 2006, regularise towards the old weights alone).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from classifier.labels import GROUNDS
from training.corpus import Corpus

#: Beginning of the families of labelled posts.
LABEL = "label."
#: Inverse regularisation, and how large a score of the seeds stands beside the n-grams: the larger, the freer its coefficient.
STRENGTH = 1.0
SIZE = 0.45

Heads = tuple[NDArray[np.float64], NDArray[np.float64]]


def is_label(corpus: Corpus) -> NDArray[np.bool_]:
    """Return which posts are the owner's, shape ``(posts,)``."""
    return np.array([post.family.startswith(LABEL) for post in corpus.posts], dtype=np.bool_)


def refine(features: sparse.csr_matrix, corpus: Corpus, rows: NDArray[np.bool_], seeds: Heads) -> Heads:
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

    Returns
    -------
    tuple
        The same shapes; a ground on which the labels do not show both classes stays as it was.
    """
    own = is_label(corpus)[corpus.owner]
    mine = np.flatnonzero(rows & own & corpus.teaches())
    if not len(mine):
        return seeds
    coefficients, intercepts = seeds
    scores = features[np.flatnonzero(rows & ~own)] @ coefficients
    scale = SIZE / np.maximum(scores.std(axis=0), 1e-9)
    known = (features[mine] @ coefficients + intercepts) * scale
    rest = sparse.hstack([features[mine], sparse.csr_matrix(known.astype(features.dtype))], format="csr")
    labels = corpus.targets[corpus.owner[mine], : len(GROUNDS)].astype(bool)
    benign = ~labels.any(axis=1)
    refined = coefficients.copy(), intercepts.copy()
    for ground in range(len(GROUNDS)):
        used = benign | labels[:, ground]
        if len(np.unique(labels[used, ground])) < len((False, True)):
            continue
        head = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=200)
        head.fit(rest[np.flatnonzero(used)], labels[used, ground])
        moved, mixture = head.coef_[0, : -len(GROUNDS)], head.coef_[0, -len(GROUNDS) :] * scale
        refined[0][:, ground] = moved + coefficients @ mixture
        refined[1][ground] = head.intercept_[0] + intercepts @ mixture
    return refined
