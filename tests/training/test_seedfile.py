"""Each rule that a seed file can break is an error with file and line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from classifier import SeedError
from classifier.labels import CATEGORIES, KINDS
from training.seedfile import CANARY
from training.seeds import Seeds, default_seeds, read_seeds

HARM = """
family: en.threat.alley
labels: threat
register: cold
ideology: none
twin: en.news.alley
- one thing {name}
- another thing
- a third thing
- a fourth thing
"""
TWIN = """
family: en.news.alley
labels: news
register: desk
- Police report one
- Police report two
- Police report three
- Police report four
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small valid seed folder."""
    source = default_seeds()
    for part in ("gazetteer", "codewords"):
        shutil.copytree(source / part, tmp_path / part)
    (tmp_path / "families" / "en").mkdir(parents=True)
    (tmp_path / "slots" / "en").mkdir(parents=True)
    (tmp_path / "slots/en/common.txt").write_text(
        CANARY + "\n\nslot: name\n" + "".join(f"- Name{i}\n" for i in range(6))
    )
    (tmp_path / "families/en/threat.txt").write_text(CANARY + HARM)
    (tmp_path / "families/en/news.txt").write_text(CANARY + TWIN)
    return tmp_path


def test_a_valid_folder_is_read(folder: Path) -> None:
    assert [f.id for f in read_seeds(folder).families] == ["en.news.alley", "en.threat.alley"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (CANARY, "# no canary", 1, "canary"),
        ("labels: threat", "labels: treat", 3, "not treat"),
        ("labels: threat", "labels: threat, news", 3, "not news"),
        ("labels: threat", "lables: threat", 4, "expected"),
        ("labels: threat\n", "", 3, "`labels:` is missing"),
        ("family: en.threat.alley", "family: en.threats.alley", 3, "the id must be"),
        ("family: en.threat.alley", "family: ur.threat.alley", 3, "the id must be"),
        ("ideology: none\n", "", 3, "ideology"),
        ("twin: en.news.alley\n", "", 3, "twin"),
        ("twin: en.news.alley", "twin: en.news.ally", 3, "does not exist"),
        ("twin: en.news.alley", "twin: en.threat.alley", 3, "same class"),
        ("- a fourth thing\n", "", 3, "at least 4 phrasings"),
        ("- a fourth thing", "- Another, thing!", 11, "the same phrasing stands at"),
        ("- a fourth thing", "- " + "x" * 281, 11, "281 characters"),
        ("- a fourth thing", "- see https://a.example", 11, "links and handles are slots"),
        ("- a fourth thing", "- hello @bob", 11, "links and handles are slots"),
        ("- a fourth thing", "- a {nmae}", 11, "unknown slot {nmae}"),
        ("- a fourth thing", "- a {Name}", 11, "brace"),
        ("- a fourth thing", "* a", 11, "expected"),
        ("register: cold", "register: cold\nregister: warm", 6, "twice"),
        ("\nfamily: en.threat.alley", "\n- orphan\nfamily: en.threat.alley", 3, "before the first"),
    ],
)
def test_a_breach_is_named_with_file_and_line(folder: Path, old: str, new: str, line: int, reason: str) -> None:
    path = folder / "families/en/threat.txt"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1).replace("\n\n", "\n", 0))
    with pytest.raises(SeedError, match=re.escape(reason)) as caught:
        read_seeds(folder)
    assert caught.value.path.name == "threat.txt"
    assert abs(caught.value.line - line) <= 1


def test_a_second_use_of_an_id_names_the_first(folder: Path) -> None:
    (folder / "families/en/more.txt").write_text(CANARY + TWIN.replace("Police", "Courts"))
    with pytest.raises(SeedError, match="stands already at"):
        read_seeds(folder)


def test_frames_of_any_language_are_read_and_may_differ_in_a_word_class_only(folder: Path) -> None:
    (folder / "families/ur").mkdir()
    (folder / "families/ur/news.txt").write_text(CANARY + TWIN.replace("en.", "ur."))
    (folder / "slots/ur").mkdir()
    fillers = "".join(f"- {letter}\n" for letter in "ابپتٹث")
    (folder / "slots/ur/frames.txt").write_text(CANARY + f"\nslot: pests\n{fillers}\nslot: bad\n{fillers}")
    path = folder / "frames/ur/traits.txt"
    path.parent.mkdir(parents=True)
    harm = (
        "\nfamily: ur.dehumanisation.f-a\nlabels: dehumanisation\nregister: flat\nideology: none\n- {group} {bad} ہیں\n"
    )
    benign = "\nfamily: ur.everyday.f-b\nlabels: everyday\nregister: flat\n- {pests} {bad} ہیں\n"
    path.write_text(CANARY + harm + benign)
    assert [f.id for f in read_seeds(folder).families if f.frame] == ["ur.dehumanisation.f-a", "ur.everyday.f-b"]
    path.write_text(CANARY + harm + benign.replace("pests", "group"))
    with pytest.raises(SeedError, match="the same phrasing stands at"):
        read_seeds(folder)


def test_an_unknown_language_is_named(folder: Path) -> None:
    (folder / "families/xx").mkdir()
    (folder / "families/xx/news.txt").write_text(CANARY + TWIN)
    with pytest.raises(SeedError, match="'xx' is no language"):
        read_seeds(folder)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("slots/en/more.txt", "\nslot: org\n- a\n- b\n- c\n- d\n- e\n- f\n", "built in"),
        ("slots/en/more.txt", "\nslot: thing\n- a\n", "at least 6 fillers"),
        (
            "gazetteer/organisations_listed.txt",
            "\norganisation: X\nkind: armed_group\nlists: UN\n- X\n",
            "`source:` is missing",
        ),
        ("gazetteer/organisations_listed.txt", "\norganisation: X\nkind: gang\n- X\n", "`kind` is one of"),
        ("codewords/codewords.txt", "\ncodeword: 55\nmeaning: x\nsource: y\n- 55\n", "`benign:` is missing"),
        ("codewords/cues.txt", "\ncue: mood\n- sad\n", "`cue` is one of"),
    ],
)
def test_other_seed_files_are_checked_too(folder: Path, file: str, text: str, reason: str) -> None:
    (folder / file).write_text(CANARY + text)
    with pytest.raises(SeedError, match=re.escape(reason)):
        read_seeds(folder)


def test_not_utf8_and_missing_folders_say_what_to_do(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "families/en/news.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SeedError, match="save it as UTF-8"):
        read_seeds(folder)
    with pytest.raises(SeedError, match="README"):
        read_seeds(tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize("lang", ["en", "ur", "ur-Latn", "ar"])
def test_every_label_has_at_least_six_families_a_language(seeds: Seeds, lang: str) -> None:
    counts = Counter(
        label for f in seeds.families if f.lang == lang and not f.frame for label in (f.categories or (f.kind,))
    )
    assert {label: counts[label] for label in (*CATEGORIES, *KINDS) if counts[label] < 6} == {}


def test_no_seed_names_a_real_organisation(seeds: Seeds) -> None:
    from classifier.masks import ENTITY
    from classifier.normalise import Normaliser
    from training.families import SLOT

    real = {e.name for e in seeds.gazetteer.organisations if e.lists}
    assert real
    normalise = Normaliser(seeds.gazetteer.compile())
    listed = {s.tokens: s.lists for s in normalise.lexicon.surfaces if s.mask == ENTITY and s.lists and not s.ambiguous}
    found = []
    for family in seeds.families:
        for line, phrasing in family.phrasings:
            words = [t.text for t in normalise.words(SLOT.sub(" ", phrasing))]
            spans = {tuple(words[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(words) - n + 1)}
            found += [(family.id, line, s) for s in spans if s in listed]
    assert not found
