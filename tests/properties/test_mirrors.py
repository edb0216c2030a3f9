"""What must hold of mirrors for any text: the hashes give the similarity that strings give, and the search misses no copy."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier import Model, Post
from classifier.lexicon import Lexicon
from classifier.masks import MASKS
from classifier.mirrors import Background, Builder, Clusterer, Key, MirrorIndex
from classifier.mirrors.background import UNLISTED
from classifier.mirrors.contents import Digester, Signature
from classifier.mirrors.index import entries_of
from classifier.mirrors.reading import plain_reader
from classifier.normalise import Normaliser
from tests.classifier.mirrors.oracle import jaccard, shared_bits, weights
from tests.texts import any_text

KEY = Key(bytes(range(32)))
PLAIN = Normaliser(Lexicon())


@pytest.fixture(scope="module")
def background(model: Model) -> Background:
    return Background.of(model.table)


@given(st.lists(any_text(), max_size=6))
def test_a_batch_is_read_as_its_texts_are(texts: list[str]) -> None:
    letters, token_ends, ends = plain_reader().batch(texts)
    for row, text in enumerate(texts):
        assert letters[ends[row, 1] : ends[row + 1, 1]].tobytes().decode("utf-32-le") == PLAIN(text).text
        starts = np.diff(token_ends[ends[row, 0] : ends[row + 1, 0]], prepend=ends[row, 1] - 1)
        assert [n - 1 for n in starts.tolist()] == [len(token.text) for token in PLAIN(text).tokens]


class Everywhere(Signature):
    """Lets all texts meet in every band, so that only the exact comparison decides."""

    def keys(self, grams: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return zeros."""
        assert places[-1] == len(grams)
        return np.zeros((len(places) - 1, self.bands), dtype=np.uint32)


@given(any_text(), any_text(), st.booleans())
def test_similarity_and_bits_are_the_oracles(background: Background, one: str, other: str, near: bool) -> None:  # noqa: FBT001
    other = one + " " + other if near else other
    contents = Digester(KEY, background, Everywhere())([other])
    index = MirrorIndex(KEY, background, entries_of(contents, ["other"]), Everywhere(), 0.01, 0.0)
    pairs, scores = index.pairs([one])
    a, b = (plain_reader()(text) for text in (one, other))
    similarity = jaccard(" ".join(a), " ".join(b))
    bits = dict(zip(background.words, background.bits.tolist(), strict=True)) | dict.fromkeys(MASKS, 0.0)
    expected = shared_bits(a, weights(a, bits, set(background.phrases), UNLISTED), b)
    assert len(pairs) == (similarity >= 0.01)
    if len(pairs):
        assert scores[0].tolist() == pytest.approx([similarity, expected], abs=1e-3)


@given(st.lists(any_text(), min_size=1, max_size=8))
def test_a_text_finds_itself_or_is_commonplace(background: Background, texts: list[str]) -> None:
    posts = [Post(str(i), text) for i, text in enumerate(texts)]
    rare = Digester(KEY, background)(texts).weights >= 45
    if not rare.any():
        return
    index = Builder(KEY, background).build(posts)
    for post, telling, found in zip(posts, rare.tolist(), index.match(posts, limit=99), strict=True):
        assert (post.id in {m.entry for m in found if m.similarity == 1.0}) == telling


@given(st.lists(any_text(), min_size=2, max_size=8), st.data())
def test_withdrawing_is_building_without(background: Background, texts: list[str], data: st.DataObject) -> None:
    digest = Digester(KEY, background)
    rows = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    ids = [str(i) for i in range(len(texts))]
    left = entries_of(digest(texts), ids).without(rows)
    kept = [i for i in range(len(texts)) if i not in rows]
    fresh = entries_of(digest([texts[i] for i in kept]), [ids[i] for i in kept])
    for name in ("ids", "grams", "places", "words", "word_places", "keys", "rows"):
        assert np.array_equal(getattr(left, name), getattr(fresh, name)), name


@given(st.lists(any_text(), max_size=9), st.data())
def test_clusters_are_the_components_of_similar_pairs(
    background: Background, texts: list[str], data: st.DataObject
) -> None:
    texts = texts + [data.draw(st.sampled_from(texts)) + " more words" for _ in range(3)] if texts else texts
    collected = Clusterer(background, 0.3, 20.0, Everywhere())
    collected.add(texts)
    words = [plain_reader()(text) for text in texts]
    bits = dict(zip(background.words, background.bits.tolist(), strict=True)) | dict.fromkeys(MASKS, 0.0)
    weight = [weights(w, bits, set(background.phrases), UNLISTED) for w in words]
    first = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        shared = min(shared_bits(words[a], weight[a], words[b]) for a, b in ((one, other), (other, one)))
        if shared >= 20 and jaccard(" ".join(words[one]), " ".join(words[other])) >= 0.3:
            low, high = sorted((first[one], first[other]))
            first = [low if n == high else n for n in first]
    assert collected.clusters().first.tolist() == first
