"""What the two ground heads learn: a number a window instead of a label, the teacher's where it has an opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.labels import GROUNDS
from training.corpus import Corpus
from training.prior import is_label
from training.pseudo import PseudoPost
from training.teacher import Teacher, key_of

#: How much of the target is the teacher's opinion, a ground; the rest is the label's.
TRUST = np.array([0.5, 0.7])
#: What a label is worth beside an opinion, and without one, in the teacher's mean opinion on that label.
BESIDE = 3.0
ALONE = 1.5
#: How many times as much the posts of a language count. Roman Urdu shares its letters with English, which has ten times the
#: posts: without this, what the character n-grams of both mean would be decided by English alone.
WORTH = {"ur-Latn": 4.0}


@dataclass(frozen=True)
class Lessons:
    """Windows of the corpus and, behind them, pseudo-posts.

    Attributes
    ----------
    pseudo
        The pseudo-posts on which the teacher has an opinion.
    targets
        What each ground head should say, shape ``(windows + pseudo-posts, grounds)``.
    weights
        How much that counts, 0 where the row says nothing about the ground; same shape.
    """

    pseudo: list[PseudoPost]
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]


def make_lessons(
    corpus: Corpus, pseudo: Sequence[PseudoPost], teacher: Teacher, weights: NDArray[np.float64]
) -> Lessons:
    """Put labels and opinions together.

    A post of a phrasing that the teacher knows takes its opinion mixed with the label; any other takes the label.

    Parameters
    ----------
    corpus
        The labelled posts.
    pseudo
        Posts without labels; those without an opinion are left out.
    teacher
        The opinions.
    weights
        One a labelled post.
    """
    posts = corpus.posts
    labels = corpus.targets[:, : len(GROUNDS)].astype(bool)
    bare = np.where(labels, teacher.levels[:, 1], teacher.levels[:, 0])
    said = teacher.ask([key_of(post.lang, post.phrasing) if post.phrasing else 0 for post in posts])
    known = ~np.isnan(said)
    mixed = np.where(known, TRUST * said + (1 - TRUST) * BESIDE * bare, ALONE * bare)
    harmful = labels.any(axis=1, keepdims=True)
    # Without an opinion, harm on the other ground only is neither a yes nor a no.
    worth = np.array([WORTH.get(post.lang, 1.0) for post in posts])
    counts = (weights * worth)[:, np.newaxis] * (known | labels | ~harmful)
    counts[is_label(corpus)] = 0.0  # `training.prior` learns from these, with the seeds' heads beside them
    windows = corpus.teaches()[:, np.newaxis] * counts[corpus.owner]
    heard = teacher.ask([key_of(post.lang, post.text) for post in pseudo])
    kept = ~np.isnan(heard[:, 0]) if len(pseudo) else np.zeros(0, dtype=np.bool_)
    return Lessons(
        [post for post, keep in zip(pseudo, kept.tolist(), strict=True) if keep],
        np.concatenate([mixed[corpus.owner], heard[kept]]),
        np.concatenate([windows, np.ones((int(kept.sum()), len(GROUNDS)))]),
    )
