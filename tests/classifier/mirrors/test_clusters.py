from __future__ import annotations

import numpy as np

from classifier.mirrors import Background, Clusterer
from tests.classifier.mirrors.texts import COMMONPLACE, CONFIRMED


def groups(
    background: Background, texts: list[str], accounts: list[str | None] | None = None, most: int = 1000
) -> object:
    collected = Clusterer(background)
    for text in texts:
        collected.add([text])
    return [group.tolist() for group in collected.clusters().groups(accounts, most)]


def test_reworded_copies_are_one_cluster_and_the_largest_comes_first(background: Background) -> None:
    texts = [
        *CONFIRMED,
        CONFIRMED[1] + " today",
        "Well " + CONFIRMED[1],
        CONFIRMED[0].upper(),
        *COMMONPLACE,
        *COMMONPLACE,
    ]
    assert groups(background, texts) == [[1, 6, 7], [0, 8]]


def test_what_more_accounts_share_is_left_out(background: Background) -> None:
    texts = [CONFIRMED[0]] * 6 + [CONFIRMED[1]] * 3
    accounts: list[str | None] = ["a", "a", "a", "b", "b", "b", "c", "d", None]
    assert groups(background, texts, accounts, most=2) == [[0, 1, 2, 3, 4, 5]]
    assert groups(background, texts, most=5) == [[6, 7, 8]]


def test_no_posts_give_no_clusters(background: Background) -> None:
    assert groups(background, []) == []


def test_posts_may_be_added_after_clusters_were_asked_for(background: Background) -> None:
    collected = Clusterer(background)
    collected.add(list(CONFIRMED))
    assert collected.clusters().groups() == []
    collected.add([CONFIRMED[2]])
    assert [g.tolist() for g in collected.clusters().groups()] == [[2, 6]]


def test_the_first_post_stands_for_its_cluster(background: Background) -> None:
    collected = Clusterer(background)
    collected.add([CONFIRMED[0], CONFIRMED[1], CONFIRMED[0] + " indeed", CONFIRMED[0]])
    assert np.array_equal(collected.clusters().first, [0, 1, 0, 0])
