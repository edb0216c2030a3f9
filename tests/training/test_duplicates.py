from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from training.duplicates import SIMILAR, jaccard, link

WORDS = "they will come to our town again and nobody says a word about it now people of the market should know".split()


def naive(texts: list[str], others: list[str]) -> tuple[list[int], set[int]]:
    cluster = list(range(len(texts)))
    for i in range(len(texts)):
        for j in range(i):
            if jaccard(texts[i], texts[j]) >= SIMILAR:
                low, high = sorted((cluster[i], cluster[j]))
                cluster = [low if c == high else c for c in cluster]
    return cluster, {i for i, t in enumerate(texts) if any(jaccard(t, o) >= SIMILAR for o in others)}


texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=0, max_size=9).map(" ".join), max_size=12)


@given(texts, texts)
def test_the_prefix_filter_finds_what_comparing_all_with_all_finds(own: list[str], others: list[str]) -> None:
    links = link(own, others)
    assert (links.cluster, set(links.leaks)) == naive(own, others)
    assert all(jaccard(own[i], others[j]) >= SIMILAR for i, j in links.leaks.items())


def test_a_word_changed_in_a_post_is_nearly_the_same() -> None:
    links = link(
        ["we will meet at the old market tonight at nine", "we will meet at the old market tonight at ten", "else"]
    )
    assert links.cluster == [0, 0, 2]


def test_ten_thousand_posts_take_seconds() -> None:
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randrange(3, 9))) for _ in range(3000)]
    posts = [" ".join(rng.choices(words, k=15)) for _ in range(10_000)]
    posts[7777] = posts[5] + " x"
    started = time.perf_counter()
    assert link(posts).cluster[7777] == 5
    assert time.perf_counter() - started < 60
