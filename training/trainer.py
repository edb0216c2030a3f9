"""Training from end to end: seeds in, everything that a model folder holds out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from classifier.decide import Policy
from classifier.labels import GROUNDS, HEADS
from classifier.lexicon import Lexicon
from classifier.reader import Reader
from classifier.scoring import sigmoid
from classifier.table import Channel, Table
from classifier.urgency import SEVERE
from training.align import align_grounds
from training.calibrate import fit_affine, synthetic_policy
from training.corpus import Corpus, prepare
from training.fit import Recipe, assemble, balance, build_features, feature_names, fit_heads
from training.generate import LabelledPost, generate
from training.languages import language_table
from training.lessons import Lessons, make_lessons
from training.metrics import Scored, measure
from training.pseudo import pseudo_posts
from training.seeds import Seeds, read_seeds
from training.split import assign_folds, fold_of
from training.teacher import Teacher, read_teacher
from training.wordlist import canonical

STEPS = ("read seeds", "expand", "normalise", "features", "cross-fit", "fit", "languages", "measure", "publish")
SAMPLE = 400
Tick = Callable[[str], None]


@dataclass(frozen=True)
class Trained:
    """What training gives, before it is written.

    Attributes
    ----------
    pipeline
        The scikit-learn pipeline, calibrated.
    table
        The same as plain arrays.
    lexicon, policy
        As they are stored.
    metrics
        Figures on held-out families.
    provenance
        What it was made from.
    sample
        Canonical windows to check the table by.
    """

    pipeline: Pipeline
    table: Table
    lexicon: Lexicon
    policy: Policy
    metrics: dict[str, Any]
    provenance: dict[str, Any]
    sample: list[str]


def train(
    seeds_folder: Path,
    labels: Sequence[LabelledPost] = (),
    recipe: Recipe | None = None,
    tick: Tick = lambda _: None,
) -> Trained:
    """Train a model.

    Parameters
    ----------
    seeds_folder
        The seeds.
    labels
        The owner's labelled posts, learnt from beside the seeds.
    recipe
        Settings other than the default ones.
    tick
        Called with the name of each step of `STEPS` as it begins.

    Raises
    ------
    SeedError
        If a seed file breaks a rule.
    """
    recipe = recipe or Recipe()
    tick("read seeds")
    seeds = read_seeds(seeds_folder)
    lexicon = seeds.gazetteer.compile()
    read = Reader(lexicon)
    tick("expand")
    posts = [*generate(seeds, recipe.seed, recipe.rows), *labels]
    tick("normalise")
    corpus = prepare(posts, read, recipe.window)
    teacher = read_teacher(seeds_folder)
    pseudo = list(pseudo_posts(seeds, recipe.seed, read)) if recipe.pseudo and len(teacher.keys) else []
    lessons = make_lessons(corpus, pseudo, teacher, balance(corpus))
    tick("features")
    built = build_features(corpus, lessons, recipe)
    features, union = built.matrix, built.union
    tick("cross-fit")
    raw = cross_fit(features, corpus, lessons, recipe)
    benign_posts = np.array([not post.harmful for post in corpus.posts])
    maps = align_grounds(_calibrations(raw, corpus), raw, ~benign_posts, balance(corpus))
    tick("fit")
    every_row = np.ones(features.shape[0], dtype=np.bool_)
    coefficients, intercepts = fit_heads(features, corpus, lessons, every_row, recipe)
    slopes, offsets = maps.T
    coefficients, intercepts = coefficients * slopes, intercepts * slopes + offsets
    chances = sigmoid(raw * slopes + offsets)
    benign = chances[benign_posts]
    severity = benign[:, [HEADS.index(category) for category in SEVERE]].max(axis=1)
    policy = synthetic_policy(benign[:, : len(GROUNDS)].max(axis=1), severity, tuple(seeds.slots))
    tick("languages")
    table = build_table(union, coefficients, intercepts, recipe)
    words, scores, languages = language_table(corpus, seeds.words, Reader(Lexicon(spared=lexicon.spared)))
    known = known_words(seeds, corpus.texts, read)
    table = replace(table, language_words=words, language_scores=scores, languages=languages, known=known)
    tick("measure")
    metrics = measure(Scored(corpus, chances, policy.review))
    pipeline = assemble(union, coefficients, intercepts)
    return Trained(
        pipeline, table, lexicon, policy, metrics, _provenance(seeds, corpus, lessons, teacher, recipe), _sample(corpus)
    )


def cross_fit(features: Any, corpus: Corpus, lessons: Lessons, recipe: Recipe) -> NDArray[np.float64]:  # noqa: ANN401 - scipy has no types
    """Score every post by heads that have not seen its family.

    Returns
    -------
    ndarray
        The maximum raw score over each post's windows, shape ``(posts, heads)``.
    """
    folds = assign_folds(corpus.posts, recipe.folds)[corpus.owner]
    pseudo = np.array([fold_of(post.family, recipe.folds) for post in lessons.pseudo], dtype=np.int64)
    raw = np.empty((len(corpus.texts), len(HEADS)))
    for fold in range(recipe.folds):
        held_out = np.flatnonzero(folds == fold)
        rows = np.concatenate([folds, pseudo]) != fold
        coefficients, intercepts = fit_heads(features, corpus, lessons, rows, recipe)
        raw[held_out] = features[held_out] @ coefficients + intercepts
    return corpus.maxima(raw)


def _calibrations(raw: NDArray[np.float64], corpus: Corpus) -> NDArray[np.float64]:
    """Return slope and offset of every head, shape ``(heads, 2)``."""
    weights = balance(corpus)
    return np.array([fit_affine(raw[:, h], corpus.targets[:, h], weights) for h in range(len(HEADS))])


def build_table(union: Any, coefficients: NDArray[np.float64], bias: NDArray[np.float64], recipe: Recipe) -> Table:  # noqa: ANN401 - scikit-learn has no types
    """Return the pipeline's numbers as a table, languages left empty."""
    names = feature_names(union)
    cut = len(names[0])
    channels = [
        Channel(tuple(terms), np.asarray(vectoriser.idf_, dtype=np.float64), np.ascontiguousarray(weights))
        for terms, (_, vectoriser), weights in zip(
            names, union.transformer_list, (coefficients[:cut], coefficients[cut:]), strict=True
        )
    ]
    return Table(
        words=channels[0],
        chars=channels[1],
        bias=bias,
        heads=HEADS,
        orders=recipe.orders,
        window=recipe.window,
        sublinear=recipe.sublinear,
        known=(),
        language_words=(),
        language_scores=np.zeros((0, 0), dtype=np.float32),
        languages=(),
    )


def known_words(seeds: Seeds, texts: Iterable[str], read: Reader) -> tuple[str, ...]:
    """Return the words that count as seen: those of the posts and of the seeds' word lists, sorted."""
    found = {w for text in texts for w in text.split(" ") if w}
    found.update(s for words in seeds.words.values() for word in canonical(words, read) for s in word.spellings)
    return tuple(sorted(found))


def _sample(corpus: Corpus) -> list[str]:
    """Return windows spread over the whole corpus, the empty one among them."""
    return ["", *corpus.texts[:: max(len(corpus.texts) // SAMPLE, 1)]]


def _provenance(seeds: Seeds, corpus: Corpus, lessons: Lessons, teacher: Teacher, recipe: Recipe) -> dict[str, Any]:
    return {
        "seeds_sha256": seeds.digest,
        "teacher_sha256": teacher.digest,
        "pseudo_posts": len(lessons.pseudo),
        "families": len(seeds.families),
        "phrasings": sum(len(f.phrasings) for f in seeds.families),
        "posts": len(corpus.posts),
        "labels": sum(post.family.startswith("label.") for post in corpus.posts),
        "seed": recipe.seed,
        "recipe": {
            "word_orders": recipe.orders.words,
            "char_orders": recipe.orders.chars,
            "window": recipe.window,
            "sublinear": recipe.sublinear,
            "rows": recipe.rows,
            "families": recipe.families,
            "words": recipe.words,
            "chars": recipe.chars,
            "strength": recipe.strength,
            "ridge": recipe.ridge,
            "folds": recipe.folds,
        },
    }
