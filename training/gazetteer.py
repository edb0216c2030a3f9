"""The gazetteers: organisations, identities, slurs and code words, and the lexicon compiled from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.lexicon import Lexicon, Surface
from classifier.masks import ENTITY, GROUP, MASKS
from classifier.normalise import Normaliser
from classifier.tokens import unstretch
from training.seedfile import Block, read_blocks

ORGANISATION_KEYS = ("kind", "lists", "source", "listed_on", "delisted_on", "ambiguous")
ORGANISATION_KINDS = frozenset("armed_group party charity club media company agency religious union other".split())
IDENTITY_KINDS = frozenset(
    "religion sect people nationality race gender sexuality disability age caste migration region".split()
)
CUE_KINDS = frozenset("time means act intent person place distance".split())
#: Cues that also stand with the plural's s, the article or a particle, as names do.
INFLECTED_CUES = frozenset("means person place".split())
ARABIC = re.compile("[\u0600-\u06ff]")
#: Particles that Arabic writes together with the next word, and a first word that has the article already.
PARTICLES = ("و", "ف", "ب", "ك")
WITH_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)")
SHORTEST_WITH_PARTICLE = 3
#: Letters of Urdu, Persian and Pashto in canonical form: a name that has one is not Arabic.
NOT_ARABIC = frozenset("ٹڈڑںےپچگژھټډړږښڼځڅ")


@dataclass(frozen=True)
class Entry:
    """An organisation, an identity or a slur.

    Attributes
    ----------
    name
        Its plain name.
    surfaces
        All spellings.
    lists
        Who lists it now.
    ambiguous
        Whether a spelling is also a word or a given name.
    """

    name: str
    surfaces: tuple[str, ...]
    lists: tuple[str, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """All names and words that are looked up rather than learnt."""

    organisations: tuple[Entry, ...]
    identities: tuple[Entry, ...]
    slurs: tuple[Entry, ...]
    codewords: tuple[str, ...]
    cues: dict[str, tuple[str, ...]]

    def compile(self) -> Lexicon:
        """Return the lexicon: every spelling in canonical form, with the forms that grammar adds to it."""
        plain = Normaliser(Lexicon())
        spared = frozenset(self._phrases(plain, (c for c in self.codewords if any(x.isdigit() for x in c))))
        sparing = Normaliser(Lexicon(spared=spared))
        kept = frozenset(self._phrases(sparing, self.codewords))
        surfaces: dict[tuple[str, ...], Surface] = {}
        for mask, entries in ((ENTITY, self.organisations), (GROUP, self.identities)):
            for entry in entries:
                for tokens in self._phrases(sparing, entry.surfaces):
                    for form in grammatical_forms(tokens):
                        if form not in kept and not all(t in MASKS for t in form):
                            surfaces.setdefault(form, Surface(form, mask, entry.lists, entry.ambiguous))
        cues = {kind: frozenset(self._cue_phrases(sparing, kind)) for kind in self.cues}
        return Lexicon(tuple(surfaces.values()), spared, kept, cues)

    def _cue_phrases(self, normalise: Normaliser, kind: str) -> Iterator[tuple[str, ...]]:
        """Return the canonical tokens of a kind's cues, with the forms that grammar adds to them."""
        for tokens in self._phrases(normalise, self.cues[kind]):
            yield from grammatical_forms(tokens) if kind in INFLECTED_CUES else (tokens,)

    @staticmethod
    def _phrases(normalise: Normaliser, texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """Return the canonical tokens of spellings that leave any."""
        for text in texts:
            tokens = tuple(t.text for t in normalise.words(text))
            if tokens:
                yield tokens


def grammatical_forms(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a canonical spelling and what grammar makes of it.

    A Latin name also stands with the s of the possessive or plural (the apostrophe is gone by then); an Arabic one with the
    article and with the particles that are written together with it.
    """
    yield tokens
    first, last = tokens[0], tokens[-1]
    if last.isascii() and last.isalpha() and not last.endswith("s"):
        yield (*tokens[:-1], unstretch(last + "s"))
    bare = WITH_ARTICLE.sub("", first)
    if ARABIC.match(first) and len(bare) >= SHORTEST_WITH_PARTICLE and NOT_ARABIC.isdisjoint("".join(tokens)):
        article = "ال" + bare
        to = "ل" + bare if bare.startswith("ل") else "لل" + bare
        for form in (article, *(p + article for p in PARTICLES), to, "و" + bare):
            yield (unstretch(form), *tokens[1:])


def read_gazetteer(seeds: Path) -> Gazetteer:
    """Read ``gazetteer/`` and ``codewords/``.

    Raises
    ------
    SeedError
        With file and line.
    """
    folder = seeds / "gazetteer"
    organisations = tuple(
        entry for path in sorted(folder.glob("organisations_*.txt")) for entry in _organisations(path)
    )
    identities = tuple(
        _entry(block, "identity", IDENTITY_KINDS)
        for block in read_blocks(folder / "identities.txt", "identity", ("kind", "ambiguous"))
    )
    slurs = tuple(
        Entry(block.need("slur"), tuple(item for _, item in block.items))
        for block in read_blocks(folder / "slurs.txt", "slur", ("target_kind", "languages"))
    )
    words = seeds / "codewords"
    codewords = tuple(
        item
        for block in read_blocks(words / "codewords.txt", "codeword", ("meaning", "benign", "source", "languages"))
        for item in _sourced(block)
    )
    cues: dict[str, list[str]] = {}
    for block in read_blocks(words / "cues.txt", "cue", ("language",)):
        if block.values["cue"] not in CUE_KINDS:
            raise block.error(f"`cue` is one of {', '.join(sorted(CUE_KINDS))}")
        cues.setdefault(block.values["cue"], []).extend(item for _, item in block.items)
    return Gazetteer(organisations, identities, slurs, codewords, {k: tuple(v) for k, v in cues.items()})


def _sourced(block: Block) -> list[str]:
    for key in ("meaning", "benign", "source"):
        block.need(key)
    return [item for _, item in block.items]


def _entry(block: Block, opener: str, kinds: frozenset[str]) -> Entry:
    if block.need("kind") not in kinds:
        raise block.error(f"`kind` is one of {', '.join(sorted(kinds))}")
    if not block.items:
        raise block.error("no spelling: add `- ` lines")
    lists = tuple(x.strip() for x in block.values.get("lists", "").split(",") if x.strip())
    return Entry(
        block.values[opener],
        tuple(item for _, item in block.items),
        () if "delisted_on" in block.values else lists,
        block.values.get("ambiguous") == "yes",
    )


def _organisations(path: Path) -> Iterator[Entry]:
    for block in read_blocks(path, "organisation", ORGANISATION_KEYS):
        if "lists" in block.values:
            block.need("source")
            block.need("listed_on")
        yield _entry(block, "organisation", ORGANISATION_KINDS)
