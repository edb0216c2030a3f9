from __future__ import annotations

import random

import pytest

from classifier.masks import ENTITY, GROUP
from classifier.normalise import Normaliser
from training.generate import Filler, LabelledPost, generate
from training.noise import HABITS, roughen
from training.seeds import Seeds
from training.split import assign_folds, fold_of


@pytest.fixture(scope="module")
def posts(seeds: Seeds) -> list[LabelledPost]:
    """Return one pass over the seeds."""
    return list(generate(seeds, seed=1, rows=2))


def test_the_same_seed_gives_the_same_posts(seeds: Seeds, posts: list[LabelledPost]) -> None:
    assert list(generate(seeds, seed=1, rows=2)) == posts
    assert list(generate(seeds, seed=2, rows=2)) != posts


def test_no_slot_is_left_open(posts: list[LabelledPost]) -> None:
    assert not [p.family for p in posts if "{" in p.text]


def test_every_name_that_is_filled_in_is_masked(seeds: Seeds) -> None:
    normalise = Normaliser(seeds.gazetteer.compile())
    for lang in ("en", "ur", "ar", "ps", "ur-Latn"):
        filler = Filler(seeds, lang)
        rng = random.Random(3)
        for slot, mask in (("{org}", ENTITY), ("{group}", GROUP), ("{group_one}", GROUP)):
            names = {filler.fill(slot, rng) for _ in range(300)}
            unmasked = [n for n in names if {t.text for t in normalise(n).tokens} != {mask}]
            assert len(unmasked) <= 0.02 * len(names), (lang, slot, unmasked)


def test_twins_share_a_fold_and_families_are_never_split(seeds: Seeds, posts: list[LabelledPost]) -> None:
    folds = assign_folds(posts, 4)
    assert set(folds.tolist()) == {0, 1, 2, 3}
    of_family: dict[str, set[int]] = {}
    for post, fold in zip(posts, folds.tolist(), strict=True):
        of_family.setdefault(post.family, set()).add(fold)
    assert all(len(found) == 1 for found in of_family.values())
    pairs = [(f.id, f.twin) for f in seeds.families if f.twin]
    same = [fold_of(a, 4) == fold_of(b, 4) for a, b in pairs]
    assert all(same)


def test_roughening_never_empties_a_post_and_is_repeatable() -> None:
    text = "Something ordinary happened yesterday in the market."
    for seed in range(200):
        first, second = (roughen(text, random.Random(seed)) for _ in range(2))
        assert first == second
        assert len(first) > len(text) / 2
    assert len({roughen(text, random.Random(s)) for s in range(200)}) > 100
    assert all(0 < chance < 1 for chance, _ in HABITS)
