"""The scikit-learn pipeline: TF-IDF of words and characters, one linear head a ground and a category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import LabelBinarizer
from threadpoolctl import threadpool_limits

from classifier.features import Orders, ngrams
from classifier.labels import GROUND_OF, HEADS
from classifier.masks import MASKS
from training.corpus import Corpus

#: Characters of n-grams that carry no weight on their own.
WEIGHTLESS = frozenset((*MASKS, " "))


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
    families
        An n-gram must stand in so many families to be a feature.
    words, chars
        Most features of each channel.
    strength
        Inverse regularisation, scikit-learn's ``C``.
    seed
        Of the generator and of the splits.
    folds
        Of the cross-fitting for calibration.
    """

    orders: Orders = Orders((1, 2), (2, 5))
    window: int = 32
    sublinear: bool = True
    families: int = 2
    words: int = 20_000
    chars: int = 30_000
    strength: float = 2.0
    seed: int = 7
    folds: int = 4


def choose_vocabularies(corpus: Corpus, recipe: Recipe) -> tuple[list[str], list[str]]:
    """Return the word and the character n-grams that become features, sorted.

    They stand in several families, so that no template of one family is learnt by heart; the most widely spread are kept.
    """
    spread: tuple[dict[str, set[int]], dict[str, set[int]]] = (defaultdict(set), defaultdict(set))
    numbers: dict[str, int] = {}
    for text, post in zip(corpus.texts, corpus.owner.tolist(), strict=True):
        family = corpus.posts[post].family
        number = numbers.setdefault(family, len(numbers))
        for found, grams in zip(spread, ngrams(text.split(" "), recipe.orders), strict=True):
            for gram in {g for g, _, _ in grams}:
                found[gram].add(number)
    chosen = []
    for found, most in zip(spread, (recipe.words, recipe.chars), strict=True):
        wide = [(len(f), g) for g, f in found.items() if len(f) >= recipe.families and not WEIGHTLESS.issuperset(g)]
        wide.sort(key=lambda pair: (-pair[0], pair[1]))
        chosen.append(sorted(g for _, g in wide[:most]))
    return chosen[0], chosen[1]


def build_features(corpus: Corpus, recipe: Recipe) -> FeatureUnion:
    """Return the fitted TF-IDF union; it takes canonical windows and holds no code of ours."""
    words, chars = choose_vocabularies(corpus, recipe)
    union = FeatureUnion(
        [
            (
                "words",
                TfidfVectorizer(
                    lowercase=False,
                    token_pattern=r"\S+",
                    ngram_range=recipe.orders.words,
                    vocabulary=words,
                    sublinear_tf=recipe.sublinear,
                ),
            ),
            (
                "chars",
                TfidfVectorizer(
                    lowercase=False,
                    analyzer="char_wb",
                    ngram_range=recipe.orders.chars,
                    vocabulary=chars,
                    sublinear_tf=recipe.sublinear,
                ),
            ),
        ]
    )
    return union.fit(corpus.texts)


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
    features: sparse.csr_matrix, corpus: Corpus, rows: NDArray[np.bool_], recipe: Recipe
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit every head on some of the windows.

    Parameters
    ----------
    features
        Shape ``(windows, features)``.
    corpus
        The posts.
    rows
        Which windows to learn from.
    recipe
        The settings.

    Returns
    -------
    coefficients : ndarray
        Shape ``(features, heads)``.
    intercepts : ndarray
        Shape ``(heads,)``.
    """
    weights = balance(corpus)[corpus.owner]
    jobs = []
    for head, name in enumerate(HEADS):
        used = rows & usable_for(corpus, name)[corpus.owner]
        jobs.append((used, corpus.targets[corpus.owner[used], head], weights[used]))
    fitted = Parallel(n_jobs=2, prefer="threads")(
        delayed(_fit_one)(features[used], labels, weight, recipe) for used, labels, weight in jobs
    )
    return np.stack([c for c, _ in fitted], axis=1), np.array([b for _, b in fitted])


def usable_for(corpus: Corpus, head: str) -> NDArray[np.bool_]:
    """Return which posts a head learns from: harm on the other ground only is neither its yes nor its no."""
    ground = GROUND_OF.get(head, head)
    return np.array([not post.harmful or ground in post.grounds for post in corpus.posts])


def _fit_one(
    features: sparse.csr_matrix, labels: NDArray[np.int8], weights: NDArray[np.float64], recipe: Recipe
) -> tuple[NDArray[np.float64], float]:
    with threadpool_limits(1):
        head = LogisticRegression(C=recipe.strength, solver="liblinear", random_state=recipe.seed, tol=1e-3)
        head.fit(features, labels, sample_weight=weights)
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
    rest.label_binarizer_ = LabelBinarizer().fit(np.eye(len(heads), dtype=np.int8) + np.eye(len(heads), k=1, dtype=np.int8))
    return Pipeline([("features", features), ("heads", rest)])


def feature_names(features: FeatureUnion) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words and the character n-grams in column order."""
    words, chars = (vectoriser.get_feature_names_out().tolist() for _, vectoriser in features.transformer_list)
    return words, chars
