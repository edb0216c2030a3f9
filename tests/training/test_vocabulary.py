from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from classifier.reader import Reader
from training.corpus import prepare
from training.fit import Recipe, build_features, feature_names
from training.generate import LabelledPost
from training.lessons import make_lessons
from training.teacher import read_teacher

Choice = Callable[[Sequence[LabelledPost], int], list[str]]
WORDS = "river mountain bridge garden kitchen window".split()
SEEDS = [LabelledPost(f"{a} {b}", frozenset(), "everyday", "en", f"en.everyday.{a}-{b}") for a in WORDS for b in WORDS]


def labelled(words: Sequence[str]) -> list[LabelledPost]:
    return [LabelledPost(f"zeppelin hangar {word}", frozenset(), None, "en", f"label.{word}") for word in words]


@pytest.fixture
def chosen(read: Reader, tmp_path: Path) -> Choice:
    def features(posts: Sequence[LabelledPost], words: int) -> list[str]:
        corpus = prepare(posts, read, Recipe().window)
        lessons = make_lessons(corpus, [], read_teacher(tmp_path), corpus.owner * 0.0 + 1)
        return list(feature_names(build_features(corpus, lessons, Recipe(words=words, chars=10)).union)[0])

    return features


def test_a_few_labels_have_their_words_among_many_families(chosen: Choice) -> None:
    assert set(chosen(SEEDS, 6)) == set(WORDS)
    both = set(chosen([*SEEDS, *labelled(["attic", "cellar"])], 9))
    assert both == {*WORDS, "zeppelin", "hangar", "zeppelin hangar"}  # what one label alone has is in no two families


def test_no_more_features_than_asked_for(chosen: Choice) -> None:
    assert len(chosen([*SEEDS, *labelled(WORDS)], 5)) == 5
