"""Word lists: what a file may hold, and what is drawn from it."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from classifier import SeedError
from classifier.masks import GROUP, MASKS
from classifier.reader import Reader
from training.corpus import prepare
from training.generate import LabelledPost
from training.languages import language_table
from training.pseudo import frequent_words, replace_words
from training.seedfile import CANARY
from training.seeds import Seeds
from training.trainer import known_words
from training.wordlist import SHARES, Word, canonical, chances, read_word_lists

LIST = "\nband: 1\n- nahi nahin nai\n- hai\n\nband: 2\n- zindagi zindgi\n"


def write(folder: Path, text: str, name: str = "ur-Latn") -> Path:
    (folder / "words").mkdir(exist_ok=True)
    (folder / f"words/{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_list_is_read_in_its_order(tmp_path: Path) -> None:
    words = read_word_lists(write(tmp_path, CANARY + LIST))["ur-Latn"]
    assert words == (Word(1, ("nahi", "nahin", "nai")), Word(1, ("hai",)), Word(2, ("zindagi", "zindgi")))


def test_without_a_folder_there_is_no_list(tmp_path: Path) -> None:
    assert read_word_lists(tmp_path) == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (CANARY, "# no canary", 1, "canary"),
        ("- hai", "- hai nai", 4, "'nai' stands already at"),
        ("- hai", "- hai hai", 4, "'hai' stands already at"),
        ("- hai", "- Hai", 4, "small letters only"),
        ("- hai", "- h8", 4, "small letters only"),
        ("- hai", "- jo-bhi", 4, "small letters only"),
        ("band: 1", "band: 4", 2, "to 3"),
        ("band: 1", "band: one", 2, "to 3"),
        ("band: 1", "band: 3", 6, "band 2 after band 3"),
        ("- zindagi zindgi\n", "", 6, "no word"),
        ("band: 2", "bond: 2", 6, "expected"),
    ],
)
def test_a_breach_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    with pytest.raises(SeedError, match=re.escape(reason)) as caught:
        read_word_lists(write(tmp_path, (CANARY + LIST).replace(old, new, 1)))
    assert (caught.value.path.name, caught.value.line) == ("ur-Latn.txt", line)


def test_a_list_of_no_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="'xx' is no language"):
        read_word_lists(write(tmp_path, CANARY + LIST, "xx"))


def test_the_roman_urdu_list_is_long_and_names_nobody(seeds: Seeds, read: Reader) -> None:
    words = seeds.words["ur-Latn"]
    assert len(words) > 2_500
    assert {word.band for word in words} == {1, 2, 3}
    slurs = {s.lower() for entry in seeds.gazetteer.slurs for s in entry.surfaces}
    names = {s.lower() for s in seeds.slots["ur-Latn"]["name"]}
    assert not {s for word in words for s in word.spellings} & (slurs | names)
    assert not {s for word in canonical(words, read) for s in word.spellings} & set(MASKS)


def test_canonical_spellings_stand_once_and_are_never_masked(read: Reader) -> None:
    words = (Word(1, ("achha", "achhaaa")), Word(2, ("achha",)), Word(3, ("hindus", "pani")))
    assert canonical(words, read) == (
        Word(1, tuple(dict.fromkeys((*read("achha"), *read("achhaaa"))))),
        Word(3, ("pani",)),
    )


def test_words_of_a_band_share_its_text() -> None:
    found = chances((Word(1, ("nahi", "nai")), Word(1, ("hai",)), Word(3, ("zarafa",))))
    assert found["nahi"] == found["nai"] == pytest.approx(SHARES[0] / 4)
    assert found["hai"] == pytest.approx(SHARES[0] / 2)
    assert found["zarafa"] == pytest.approx(SHARES[2])


def test_words_come_from_the_list_and_every_spelling_is_drawn(seeds: Seeds, read: Reader) -> None:
    own = replace(seeds, words={"ur-Latn": (Word(1, ("nahi", "nahin", "nai")), Word(2, ("zindagi",)))})
    words = frequent_words(own, "ur-Latn", read)
    assert words == [("nahi", "nahin", "nai"), ("zindagi",)]
    drawn = [token for n in range(200) for token in replace_words([GROUP, "a", "b"], words, random.Random(n))]
    assert set(drawn) == {GROUP, "a", "b", "nahi", "nahin", "nai", "zindagi"}
    assert drawn.count("zindagi") < len([token for token in drawn if token.startswith("na")])


def test_without_a_list_no_word_is_put_in(seeds: Seeds, read: Reader) -> None:
    words = frequent_words(replace(seeds, words={}), "ur-Latn", read)
    assert words == []
    assert replace_words(["a", "b"], words, random.Random(1)) == ["a", "b"]


def test_the_list_tells_the_language(read: Reader) -> None:
    corpus = prepare([LabelledPost("yahan sab theek", frozenset(), "everyday", "ur-Latn", "a")], read, 32)
    words, scores, languages = language_table(corpus, {"ur-Latn": (Word(1, ("zindagi", "zindgi")),)}, read)
    rows = [words.index(word) for word in ("zindagi", "zindgi", "yahan")]
    assert (scores[rows].argmax(axis=1) == languages.index("ur-Latn")).all()
    assert "zindgi" not in language_table(corpus, {}, read)[0]


def test_the_list_counts_as_seen(seeds: Seeds, read: Reader) -> None:
    corpus = prepare([LabelledPost("yahan sab theek", frozenset(), "everyday", "ur-Latn", "a")], read, 32)
    own = replace(seeds, words={"ur-Latn": (Word(1, ("zindagi", "zindgi")),)})
    assert known_words(own, corpus.texts, read) == ("sab", "theek", "yahan", "zindagi", "zindgi")
