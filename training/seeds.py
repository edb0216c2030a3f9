"""The seeds as a whole: read, checked against each other, ready to be expanded."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from classifier.errors import SeedError
from training.families import SLOT, Family, read_families
from training.gazetteer import Gazetteer, read_gazetteer
from training.seedfile import read_blocks
from training.wordlist import WordList, read_word_lists

#: Slots that are filled by the generator itself.
BUILT_IN_SLOTS = frozenset("org group group_one slur handle link invite paste file number".split())
FEWEST_FILLERS = 6

#: Slots: language → slot → fillers.
Slots = dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Seeds:
    """Everything the seed folder holds."""

    families: tuple[Family, ...]
    slots: Slots
    gazetteer: Gazetteer
    words: dict[str, WordList]
    digest: str


def default_seeds() -> Path:
    """Return the seeds of the repository, or those that an installed wheel carries."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "seeds"
    return beside if (beside / "families").is_dir() else here / "_seeds"


def read_seeds(folder: Path) -> Seeds:
    """Read and check a seed folder.

    Raises
    ------
    SeedError
        At the first rule that a file breaks, with file and line.
    """
    if not (folder / "families").is_dir():
        raise SeedError(folder, 0, "no `families` folder here; see seeds/README.md for the layout")
    families = [f for path in sorted(folder.glob("families/*/*.txt")) for f in read_families(path)]
    families += [f for path in sorted(folder.glob("frames/*/*.txt")) for f in read_families(path, frame=True)]
    slots = _read_slots(folder)
    _check_ids(families)
    _check_twins(families)
    _check_slots(families, slots)
    _check_duplicates(families)
    return Seeds(tuple(families), slots, read_gazetteer(folder), read_word_lists(folder), digest(folder))


def digest(folder: Path) -> str:
    """Return the SHA-256 over all seed files and their names."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.txt")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read_slots(folder: Path) -> Slots:
    slots: Slots = defaultdict(dict)
    for path in sorted(folder.glob("slots/*/*.txt")):
        lang = path.parent.name
        for block in read_blocks(path, "slot", ()):
            name = block.values["slot"]
            fillers = tuple(item for _, item in block.items)
            if name in BUILT_IN_SLOTS:
                raise block.error(f"{{{name}}} is built in; choose another name")
            if len(fillers) < FEWEST_FILLERS:
                raise block.error(f"a slot needs at least {FEWEST_FILLERS} fillers, {{{name}}} has {len(fillers)}")
            slots[lang][name] = tuple(dict.fromkeys(slots[lang].get(name, ()) + fillers))
    return dict(slots)


def _check_ids(families: list[Family]) -> None:
    seen: dict[str, Family] = {}
    for family in families:
        if family.id in seen:
            first = seen[family.id].block
            raise family.block.error(f"{family.id} stands already at {first.path}:{first.line}")
        seen[family.id] = family


def _check_twins(families: list[Family]) -> None:
    by_id = {family.id: family for family in families}
    for family in families:
        if family.twin is None:
            continue
        twin = by_id.get(family.twin)
        if twin is None:
            raise family.block.error(f"the twin {family.twin} does not exist")
        if (twin.kind is None) == (family.kind is None):
            raise family.block.error(f"the twin {family.twin} is of the same class; twins differ in stance")


def _check_slots(families: list[Family], slots: Slots) -> None:
    for family in families:
        known = BUILT_IN_SLOTS | slots.get(family.lang, {}).keys()
        for line, phrasing in family.phrasings:
            unknown = [name for name in SLOT.findall(phrasing) if name not in known]
            if unknown:
                where = f"seeds/slots/{family.lang}/"
                raise family.block.error(f"unknown slot {{{unknown[0]}}}; define it in {where} or correct it", line)


def _check_duplicates(families: list[Family]) -> None:
    seen: dict[tuple[str, str], tuple[Family, int]] = {}
    for family in families:
        for line, phrasing in family.phrasings:
            # A frame is its word classes: the same sentence about another class is the contrast that frames are for.
            bare = phrasing if family.frame else SLOT.sub("_", phrasing)
            words = " ".join(re.findall(r"\w+", bare.casefold()))
            first = seen.setdefault((family.lang, words), (family, line))
            if first != (family, line):
                where = f"{first[0].block.path}:{first[1]}"
                raise family.block.error(f"the same phrasing stands at {where}; no two may be alike", line)
