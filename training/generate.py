"""Seeds expanded into posts that look like posts: slots filled, then roughened the way people write."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from classifier.labels import GROUND_OF, GROUNDS
from training.families import SLOT, Family
from training.gazetteer import ARABIC, Entry
from training.noise import roughen
from training.seeds import Seeds

#: How often a harmful post of one language gets a harmless sentence of another family before or behind it, and a harmless
#: one likewise: the same for both, so that length tells nothing.
JOINED = 0.15
RIGHT_TO_LEFT = frozenset({"ur", "ar", "ps"})


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post with what is known about it.

    Attributes
    ----------
    text
        The post.
    categories
        Harm categories; empty where benign.
    kind
        Look-alike kind where known, else None.
    lang
        Language code.
    family
        Whatever must stay on one side of a split.
    weight
        How much it counts in fitting.
    bare
        Whether it is known to be harmful without a category: it teaches the grounds, no category.
    phrasing
        The phrasing it was made from; empty for labelled posts.
    """

    text: str
    categories: frozenset[str]
    kind: str | None
    lang: str
    family: str
    weight: float = 1.0
    bare: bool = False
    phrasing: str = ""

    @property
    def harmful(self) -> bool:
        """Whether a moderator should see it."""
        return self.bare or bool(self.categories)

    @property
    def grounds(self) -> frozenset[str]:
        """The grounds of its categories; both where only the harm is known."""
        if self.bare and not self.categories:
            return frozenset(GROUNDS)
        return frozenset(GROUND_OF[c] for c in self.categories)


class Filler:
    """Fills the slots of one language.

    Parameters
    ----------
    seeds
        The seeds.
    lang
        Language code.
    """

    def __init__(self, seeds: Seeds, lang: str) -> None:
        self.slots = seeds.slots.get(lang, {})
        right = lang in RIGHT_TO_LEFT
        gazetteer = seeds.gazetteer
        self.built_in: dict[str, Callable[[random.Random], str]] = {
            "org": _chooser(gazetteer.organisations, right=right),
            "group": _chooser(gazetteer.identities, right=right),
            "group_one": _chooser(gazetteer.identities, right=right),
            "slur": _chooser(gazetteer.slurs, right=right),
            "handle": lambda rng: f"@user{rng.randrange(10_000)}",
            "number": lambda rng: str(rng.randrange(2, 2000)),
            "link": lambda rng: f"https://news.example/{_code(rng)}",
            "invite": lambda rng: f"https://invite.example/{_code(rng)}",
            "paste": lambda rng: f"https://paste.example/{_code(rng)}",
            "file": lambda rng: f"https://files.example/{_code(rng)}",
        }

    def fill(self, phrasing: str, rng: random.Random) -> str:
        """Return a phrasing with every slot filled; fillers may hold slots themselves."""
        text = phrasing
        for _ in range(3):
            text = SLOT.sub(lambda match: self._filler(match[1], rng), text)
        return text

    def _filler(self, slot: str, rng: random.Random) -> str:
        chosen = self.built_in.get(slot)
        return chosen(rng) if chosen else rng.choice(self.slots[slot])


def _code(rng: random.Random) -> str:
    return "".join(rng.choices("abcdefghijkmnpqrstuvwxyz23456789", k=6))


def _chooser(entries: tuple[Entry, ...], *, right: bool) -> Callable[[random.Random], str]:
    """Return a function that picks an entry and one of its spellings in the script of the language."""
    spellings = [[s for s in entry.surfaces if bool(ARABIC.search(s)) == right] for entry in entries]
    usable = [surfaces for surfaces in spellings if surfaces]
    return lambda rng: rng.choice(rng.choice(usable))


def generate(seeds: Seeds, seed: int, rows: int) -> Iterator[LabelledPost]:
    """Expand all families, the same way each time for the same seeds and seed.

    Parameters
    ----------
    seeds
        The checked seeds.
    seed
        Of the random numbers; each phrasing has its own stream, so that adding one leaves the others as they were.
    rows
        Most posts a phrasing, whatever its family asks for.
    """
    by_lang: dict[str, list[Family]] = {}
    for family in seeds.families:
        by_lang.setdefault(family.lang, []).append(family)
    for lang, families in by_lang.items():
        filler = Filler(seeds, lang)
        benign = [p for f in families if f.kind == "everyday" for _, p in f.phrasings]
        for family in families:
            for _, phrasing in family.phrasings:
                rng = random.Random(f"{seed} {family.id} {phrasing}")
                yield from _expand(replace(family, rows=min(family.rows, rows)), phrasing, filler, benign, rng)


def _expand(
    family: Family, phrasing: str, filler: Filler, padding: list[str], rng: random.Random
) -> Iterator[LabelledPost]:
    """Yield the posts of one phrasing: the first as written, the others roughened, each text once."""
    seen = set()
    for row in range(family.rows):
        text = filler.fill(phrasing, rng)
        if row:
            if padding and rng.random() < JOINED:
                pieces = [text, filler.fill(rng.choice(padding), rng)]
                rng.shuffle(pieces)
                text = " ".join(pieces)
            text = roughen(text, rng)
        if text not in seen:
            seen.add(text)
            categories = frozenset(family.categories)
            yield LabelledPost(text, categories, family.kind, family.lang, family.id, phrasing=phrasing)
