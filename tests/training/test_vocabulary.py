from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from classifier.reader import Reader
from training.corpus import prepare
from training.fit import Recipe, build_features, feature_names
from training.generate import LabelledPost
from training.lessons import make_lessons
from training.seeds import Seeds
from training.teacher import read_teacher


def test_labels_add_words_and_take_none_from_the_seeds(seeds: Seeds, tmp_path: Path) -> None:
    read = Reader(seeds.gazetteer.compile())
    no_teacher = read_teacher(tmp_path)
    words = "river mountain bridge garden kitchen window".split()
    known = [
        LabelledPost(f"{a} {b}", frozenset(), "everyday", "en", f"en.everyday.{a}-{b}") for a in words for b in words
    ]
    labels = [
        LabelledPost(f"zeppelin hangar {word}", frozenset(), None, "en", f"label.{word}") for word in (*words, "attic")
    ]
    recipe = Recipe(words=6, chars=10, owned=0.5)
    vocabularies = []
    for posts in (known, [*known, *labels]):
        corpus = prepare(posts, read, recipe.window)
        lessons = make_lessons(corpus, [], no_teacher, corpus.owner * 0.0 + 1)
        vocabularies.append(set(feature_names(build_features(corpus, lessons, recipe).union)[0]))
        more = replace(recipe, owned=0.0)
        assert len(feature_names(build_features(corpus, lessons, more).union)[0]) == recipe.words
    alone, both = vocabularies
    assert alone <= both
    assert {"zeppelin", "hangar", "zeppelin hangar"} <= both - alone
    assert len(both) <= recipe.words * (1 + recipe.owned)
    assert "attic" not in both
