"""The files of the suite: well formed, enough of everything, and nothing in them that the safety rules forbid."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from classifier.errors import InputError
from classifier.labels import CATEGORIES, KINDS, LANGUAGES
from tests.functional.table import FOLDER
from training.families import SLOT
from training.functional_cases import CASES, KNOWN, UNKNOWN, Case, Suite, read_suite
from training.seeds import Seeds

CASES_BY_LANGUAGE = {"en": 280, "ur": 120, "ur-Latn": 120, "ar": 120}
INSERTED = {"devotional words", "personal name", "dialect word"}
FOREIGN = {"fr", "es", "de", "tr", "id", "fa", "hi", "bn", "ru", "zh", "sw", "so"}
#: A stretch of a seed phrasing this long in a case means that the case was copied.
COPIED = 25


@pytest.fixture(scope="module")
def suite() -> Suite:
    return read_suite(FOLDER)


@pytest.fixture(scope="module")
def by_id(suite: Suite) -> dict[str, Case]:
    return {case.id: case for case in suite.cases}


def texts(suite: Suite) -> dict[str, str]:
    found = {case.id: case.text for case in suite.cases}
    found |= {case.id: case.text for case in suite.urgency}
    found |= {case.id: case.text for case in suite.languages}
    found |= {case.id: case.base for case in suite.insertions}
    return found | {f"{case.id}+": case.inserted for case in suite.insertions}


def test_ids_are_unique_and_say_what_they_are(suite: Suite) -> None:
    ids = Counter(case.id for case in suite.cases)
    ids += Counter(case.id for case in suite.insertions)
    ids += Counter(case.id for case in suite.urgency)
    ids += Counter(case.id for case in suite.languages)
    assert [i for i, n in ids.items() if n > 1] == []
    for case in suite.cases:
        assert re.fullmatch(rf"{case.lang}-{case.group.replace(' ', '_')}-\d\d", case.id)
        assert ": " in case.function


def test_each_file_holds_its_own_language() -> None:
    assert {path.stem for path in (FOLDER / CASES).glob("*.jsonl")} == set(CASES_BY_LANGUAGE)
    for lang in CASES_BY_LANGUAGE:
        lines = (FOLDER / CASES / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
        assert all(f'"lang": "{lang}"' in line for line in lines)


def test_no_text_stands_twice(suite: Suite) -> None:
    counts = Counter(text.casefold() for text in texts(suite).values())
    assert [text for text, n in counts.items() if n > 1] == []


def test_labels_are_known_and_fit_the_class(suite: Suite) -> None:
    for case in suite.cases:
        assert case.lang in LANGUAGES
        assert set(case.categories) <= set(CATEGORIES), case.id
        assert bool(case.categories) == case.harmful, case.id
        assert (case.kind in KINDS) != case.harmful, case.id


def test_pairs_are_mutual_and_of_opposite_class(suite: Suite, by_id: dict[str, Case]) -> None:
    paired = [case for case in suite.cases if case.pair is not None]
    assert len(paired) >= 240
    for case in paired:
        partner = by_id[str(case.pair)]
        assert partner.pair == case.id
        assert partner.harmful != case.harmful
        assert (partner.lang, partner.function) == (case.lang, case.function)


def test_quotas_of_cases(suite: Suite) -> None:
    counts = Counter(case.lang for case in suite.cases)
    assert all(counts[lang] >= least for lang, least in CASES_BY_LANGUAGE.items())
    for lang in CASES_BY_LANGUAGE:
        own = [case for case in suite.cases if case.lang == lang]
        categories = Counter(category for case in own for category in case.categories)
        kinds = Counter(case.kind for case in own if case.kind)
        assert {c for c in CATEGORIES if categories[c] < 5} == set()
        assert {k for k in KINDS if kinds[k] < 3} == set()
        assert 0.4 < sum(case.harmful for case in own) / len(own) < 0.6


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("manner", ["open", "veiled"])
@pytest.mark.parametrize("named", ["with a named group", "without a named group"])
def test_each_category_has_a_function_open_and_veiled_named_and_not(
    suite: Suite, category: str, manner: str, named: str
) -> None:
    langs = Counter(case.lang for case in suite.cases if case.function == f"{category}: {manner}, {named}")
    assert langs.keys() == CASES_BY_LANGUAGE.keys()
    assert langs["en"] >= 3


def test_long_posts_are_long(suite: Suite) -> None:
    long = [case for case in suite.cases if case.group == "long posts"]
    assert {case.harmful for case in long} == {True, False}
    assert all(len(case.text.split()) > 25 for case in long)


def test_insertions_only_add(suite: Suite) -> None:
    assert len(suite.insertions) >= 60
    assert {case.what for case in suite.insertions} == INSERTED
    for case in suite.insertions:
        assert Counter(words(case.base)) <= Counter(words(case.inserted)), case.id
        assert 1 <= len(words(case.inserted)) - len(words(case.base)) <= 4, case.id


def test_urgency_has_both_sides_in_each_language(suite: Suite) -> None:
    assert len(suite.urgency) >= 120
    counts = Counter((case.lang, case.t0) for case in suite.urgency)
    assert all(counts[lang, truth] >= 10 for lang in CASES_BY_LANGUAGE for truth in (True, False))


def test_languages_known_unknown_and_none(suite: Suite) -> None:
    counts = Counter(case.lang for case in suite.languages)
    assert len(suite.languages) >= 120
    assert all(counts[lang] >= 6 for lang in FOREIGN)
    assert all(counts[lang] >= 10 for lang in (*LANGUAGES, "junk", "code"))
    for case in suite.languages:
        assert case.expect == (KNOWN if case.lang in LANGUAGES else UNKNOWN)


def test_safety_rules(suite: Suite, seeds: Seeds) -> None:
    slurs = {s.casefold() for entry in seeds.gazetteer.slurs for s in entry.surfaces}
    listed = {s.casefold() for entry in seeds.gazetteer.organisations if entry.lists for s in entry.surfaces}
    forbidden = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(slurs | listed)))})\b")
    for case_id, text in texts(suite).items():
        assert len(text) <= 280, case_id
        assert not forbidden.search(text.casefold()), case_id
        assert "@" not in text, case_id
        assert all(".example/" in link for link in re.findall(r"https?://\S+", text)), case_id


def test_no_case_is_copied_from_a_seed(suite: Suite, seeds: Seeds) -> None:
    everything = "\n".join(texts(suite).values()).casefold()
    stretches = {
        (family.id, stretch.strip(" .,!?۔،"))
        for family in seeds.families
        for _, phrasing in family.phrasings
        for stretch in SLOT.split(phrasing.casefold())[::2]
    }
    assert sorted(f for f, stretch in stretches if len(stretch) >= COPIED and stretch in everything) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"id": "a"}', "they should be id, function, lang, text, harmful"),
        ('{"id": "a", "function": "f", "lang": "en", "text": "t", "harmful": "yes"}', "harmful cannot be 'yes'"),
        ('{"id": 1, "function": "f", "lang": "en", "text": "t", "harmful": true}', "id cannot be 1"),
        (
            '{"id": "a", "function": "f", "lang": "en", "text": "t", "harmful": true, "categories": "threat"}',
            "categories cannot be 'threat'",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / CASES).mkdir()
    (tmp_path / CASES / "en.jsonl").write_text(line + "\n", encoding="utf-8")
    for name in ("insertions.jsonl", "urgency.jsonl", "languages.jsonl"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        read_suite(tmp_path)
    assert "en.jsonl:1" in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give the folder of the functional suite"):
        read_suite(tmp_path)
    (tmp_path / CASES).mkdir()
    (tmp_path / CASES / "en.jsonl").touch()
    with pytest.raises(InputError, match=r"insertions\.jsonl"):
        read_suite(tmp_path)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
