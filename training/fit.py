"""The scikit-learn pipeline: TF-IDF of words and characters, one linear head a ground and a category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import LabelBinarizer, normalize
from threadpoolctl import threadpool_limits

from classifier.features import Orders
from classifier.labels import CATEGORIES, GROUND_OF, GROUNDS, HEADS
from training.corpus import Corpus
from training.counting import count
from training.lessons import Lessons
from training.prior import refine
from training.vocabulary import Families, group_families

#: Steps of the conjugate gradient; more change neither the held-out nor the transfer figures, and take in proportion.
STEPS = 25


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the fit.

    Attributes
    ----------
    orders
        N-gram orders.
    window
        Tokens a window.
    sublinear
        Whether term frequencies are damped.
    rows
        Most posts generated a phrasing.
    families
        An n-gram must stand in so many families to be a feature.
    words, chars
        Most features of each channel.
    strength
        Inverse regularisation of the category heads, scikit-learn's ``C``.
    ridge
        Regularisation of the ground heads, scikit-learn's ``alpha``.
    seed
        Of the generator and of the splits.
    folds
        Of the cross-fitting for calibration.
    pseudo
        Whether to learn from pseudo-posts too, where there is a teacher.
    """

    orders: Orders = field(default_factory=Orders)
    window: int = 32
    sublinear: bool = True
    rows: int = 3
    families: int = 2
    words: int = 40_000
    chars: int = 50_000
    strength: float = 2.0
    ridge: float = 0.3
    seed: int = 7
    folds: int = 3
    pseudo: bool = True


@dataclass(frozen=True)
class Features:
    """A corpus as numbers.

    Attributes
    ----------
    union
        The fitted TF-IDF union; it takes canonical windows and holds no code of ours.
    matrix
        What it makes of the corpus and, behind it, of the pseudo-posts, float32, shape ``(windows + pseudo-posts,
        features)``.
    """

    union: FeatureUnion
    matrix: sparse.csr_matrix


def build_features(corpus: Corpus, lessons: Lessons, recipe: Recipe) -> Features:
    """Choose the n-grams and fit their document frequencies.

    An n-gram becomes a feature where it stands in several families, so that no template of one family is learnt by heart;
    those are kept that reach furthest within one language, or within the owner's labels, so that none crowds out another.
    """
    most = (recipe.words, recipe.chars)
    texts = [*corpus.texts, *(post.text for post in lessons.pseudo)]
    families = group_families(corpus, lessons)
    fitted = [
        _channel(vectoriser, texts, families, recipe.families, limit)
        for vectoriser, limit in zip(_vectorisers(recipe), most, strict=True)
    ]
    union = FeatureUnion([("words", fitted[0][0]), ("chars", fitted[1][0])])
    return Features(union, sparse.hstack([matrix for _, matrix in fitted], format="csr", dtype=np.float32))


def _vectorisers(recipe: Recipe) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    """Return the unfitted vectorisers of words and of characters inside words."""
    return (
        TfidfVectorizer(
            lowercase=False,
            token_pattern=r"\S+",  # noqa: S106 - a pattern for words
            ngram_range=recipe.orders.words,
            sublinear_tf=recipe.sublinear,
        ),
        TfidfVectorizer(
            lowercase=False, analyzer="char_wb", ngram_range=recipe.orders.chars, sublinear_tf=recipe.sublinear
        ),
    )


def _channel(
    vectoriser: TfidfVectorizer, texts: list[str], families: Families, fewest: int, most: int
) -> tuple[TfidfVectorizer, sparse.csr_matrix]:
    """Fit one vectoriser on its chosen n-grams and return it with the corpus's matrix."""
    settings = {key: getattr(vectoriser, key) for key in ("lowercase", "token_pattern", "analyzer", "ngram_range")}
    counts = count(texts, settings, fewest)
    chosen = families.choose(counts, fewest, most)
    vectoriser.set_params(vocabulary=[counts.terms[column] for column in chosen])
    kept = counts.columns(chosen)
    del counts
    documents = np.bincount(kept.indices, minlength=len(chosen))
    vectoriser.idf_ = np.log((1 + len(texts)) / (1 + documents)) + 1
    if vectoriser.sublinear_tf:
        np.log(kept.data, kept.data)
        kept.data += 1
    kept.data *= vectoriser.idf_.astype(np.float32)[kept.indices]
    return vectoriser, normalize(kept, copy=False)


def balance(corpus: Corpus) -> NDArray[np.float64]:
    """Return a weight a post: each language and class together weigh the same, and each family in them.

    Without it the model learns that a language is dangerous because more harmful seeds were written in it.
    """
    cells: dict[tuple[str, bool], float] = defaultdict(float)
    for post in corpus.posts:
        cells[post.lang, post.harmful] += post.weight
    mean = sum(cells.values()) / len(cells)
    return np.array([p.weight * mean / cells[p.lang, p.harmful] for p in corpus.posts])


def fit_heads(
    features: sparse.csr_matrix, corpus: Corpus, lessons: Lessons, rows: NDArray[np.bool_], recipe: Recipe
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit every head on some of the rows: the grounds to the lessons and then the owner's labels, the categories to all labels.

    Parameters
    ----------
    features
        Shape ``(windows + pseudo-posts, features)``.
    corpus
        The posts.
    lessons
        Targets and weights of the ground heads.
    rows
        Which rows to learn from.
    recipe
        The settings.

    Returns
    -------
    coefficients : ndarray
        Shape ``(features, heads)``.
    intercepts : ndarray
        Shape ``(heads,)``.
    """
    # The limit belongs to the process, so it is set around both threads: set by each, one lifts the other's.
    with threadpool_limits(1), Parallel(n_jobs=2, prefer="threads") as parallel:
        fitted = parallel(
            delayed(_fit_ground)(
                features, np.flatnonzero(rows & (lessons.weights[:, column] > 0)), lessons, column, recipe
            )
            for column in range(len(GROUNDS))
        )
        grounds = np.stack([c for c, _ in fitted], axis=1), np.array([b for _, b in fitted])
        grounds = refine(features, corpus, rows[: len(corpus.texts)], grounds, parallel)
        categories = parallel(_category_jobs(features, corpus, rows[: len(corpus.texts)], recipe))
    coefficients = np.column_stack([grounds[0], *(c for c, _ in categories)])
    return coefficients, np.concatenate([grounds[1], [b for _, b in categories]])


def _category_jobs(
    features: sparse.csr_matrix, corpus: Corpus, rows: NDArray[np.bool_], recipe: Recipe
) -> Iterator[Any]:
    """Yield the fit of each category; those of one ground learn from the same rows, which are cut out once."""
    weights = balance(corpus)[corpus.owner]
    cuts = {}
    for ground in GROUNDS:
        used = np.flatnonzero(rows & corpus.teaches() & usable_for(corpus, ground)[corpus.owner])
        cut = features[used]
        cut.sum_duplicates()  # puts it in order in place, which scikit-learn must not do from two threads at once
        cuts[ground] = cut, corpus.targets[corpus.owner[used]], weights[used]
    for category in CATEGORIES:
        cut, targets, shares = cuts[GROUND_OF[category]]
        yield delayed(_fit_category)(cut, targets[:, HEADS.index(category)], shares, recipe)


def usable_for(corpus: Corpus, ground: str) -> NDArray[np.bool_]:
    """Return which posts the heads of a ground's categories learn from.

    Harm on the other ground only is neither their yes nor their no; harm without a category teaches the grounds only.
    """
    return np.array([not post.harmful or (ground in post.grounds and bool(post.categories)) for post in corpus.posts])


def _fit_ground(
    features: sparse.csr_matrix, used: NDArray[np.int64], lessons: Lessons, ground: int, recipe: Recipe
) -> tuple[NDArray[np.float64], float]:
    targets, weights = (a[used, ground].astype(features.dtype) for a in (lessons.targets, lessons.weights))
    head = Ridge(alpha=recipe.ridge, solver="sparse_cg", tol=1e-3, max_iter=STEPS, copy_X=False)
    head.fit(features[used], targets, sample_weight=weights)
    return np.asarray(head.coef_, dtype=np.float64), float(head.intercept_)


def _fit_category(
    features: sparse.csr_matrix, labels: NDArray[np.int8], weights: NDArray[np.float64], recipe: Recipe
) -> tuple[NDArray[np.float64], float]:
    head = LogisticRegression(C=recipe.strength, solver="lbfgs", tol=1e-4, max_iter=100)
    head.fit(features, labels, sample_weight=weights.astype(features.dtype))
    return np.asarray(head.coef_[0], dtype=np.float64), float(head.intercept_[0])


def assemble(features: FeatureUnion, coefficients: NDArray[np.float64], intercepts: NDArray[np.float64]) -> Pipeline:
    """Return one scikit-learn pipeline from canonical windows to the probability of every head.

    The heads are ordinary `LogisticRegression` objects with calibration folded in, so that whoever opens the file needs
    scikit-learn only.
    """
    heads = []
    for column, intercept in zip(coefficients.T, intercepts, strict=True):
        head = LogisticRegression()
        head.coef_, head.intercept_ = column[np.newaxis, :].copy(), np.array([intercept])
        head.classes_, head.n_features_in_, head.n_iter_ = np.array([0, 1]), len(column), np.array([0])
        heads.append(head)
    rest = OneVsRestClassifier(LogisticRegression())
    rest.estimators_ = heads
    rest.label_binarizer_ = LabelBinarizer().fit(
        np.eye(len(heads), dtype=np.int8) + np.eye(len(heads), k=1, dtype=np.int8)
    )
    return Pipeline([("features", features), ("heads", rest)])


def feature_names(features: FeatureUnion) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words and the character n-grams in column order."""
    words, chars = (vectoriser.get_feature_names_out().tolist() for _, vectoriser in features.transformer_list)
    return words, chars
