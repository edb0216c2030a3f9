"""The lists a model carries: names to mask, code words to spare, urgency cues; ``lexicon.json`` of the model folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from classifier.masks import ENTITY, GROUP
from classifier.tokens import Token


class Name(NamedTuple):
    """A name found in a text.

    Attributes
    ----------
    mask
        What stands for it.
    length
        How many tokens it takes.
    lists
        Who lists it.
    ambiguous
        Whether it is also a word or a given name.
    """

    mask: str
    length: int
    lists: tuple[str, ...]
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Surface:
    """One canonical spelling of a name, as it is stored."""

    tokens: tuple[str, ...]
    mask: str
    lists: tuple[str, ...] = ()
    ambiguous: bool = False


class NameIndex:
    """Finds the longest name that starts at a token."""

    def __init__(self, surfaces: Iterable[Surface]) -> None:
        self.by_first: dict[str, list[Surface]] = {}
        for surface in surfaces:
            self.by_first.setdefault(surface.tokens[0], []).append(surface)
        for candidates in self.by_first.values():
            candidates.sort(key=lambda s: -len(s.tokens))

    def match(self, tokens: Sequence[Token], place: int) -> Name | None:
        """Return the longest name at `place`, or None."""
        for surface in self.by_first.get(tokens[place].text, ()):
            length = len(surface.tokens)
            window = tokens[place : place + length]
            if len(window) == length and all(t.text == s for t, s in zip(window, surface.tokens, strict=True)):
                return Name(surface.mask, length, surface.lists, surface.ambiguous)
        return None


@dataclass(frozen=True)
class Lexicon:
    """Everything that normalising and urgency look up.

    Attributes
    ----------
    surfaces
        The names in their canonical spellings.
    spared
        Code words with digits, as token texts.
    codewords
        All code words, as token texts.
    cues
        Urgency cues by kind (``time``, ``means``, ``act``, ``intent``, ``place``, ``person``, ``distance``), as token texts.
    international
        Lists that are reported without being switched on.
    """

    surfaces: tuple[Surface, ...] = ()
    spared: frozenset[tuple[str, ...]] = frozenset()
    codewords: frozenset[tuple[str, ...]] = frozenset()
    cues: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    international: frozenset[str] = frozenset({"UN", "EU"})

    def __post_init__(self) -> None:
        """Index the names."""
        object.__setattr__(self, "names", NameIndex(self.surfaces))

    names: NameIndex = field(init=False, repr=False, compare=False)

    def to_json(self) -> str:
        """Return the stored form: one name a line, sorted, so that versions can be compared."""
        record: dict[str, Any] = {
            "names": sorted(
                [" ".join(s.tokens), "entity" if s.mask == ENTITY else "group", " ".join(s.lists), int(s.ambiguous)]
                for s in self.surfaces
            ),
            "spared": sorted(map(" ".join, self.spared)),
            "codewords": sorted(map(" ".join, self.codewords)),
            "cues": {kind: sorted(map(" ".join, words)) for kind, words in sorted(self.cues.items())},
            "international": sorted(self.international),
        }
        return json.dumps(record, ensure_ascii=False, indent=0) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Read the stored form."""
        record = json.loads(text)

        def phrases(key: list[str]) -> frozenset[tuple[str, ...]]:
            return frozenset(tuple(phrase.split(" ")) for phrase in key)

        return cls(
            surfaces=tuple(
                Surface(
                    tuple(name.split(" ")), ENTITY if kind == "entity" else GROUP, tuple(lists.split()), bool(doubt)
                )
                for name, kind, lists, doubt in record["names"]
            ),
            spared=phrases(record["spared"]),
            codewords=phrases(record["codewords"]),
            cues={kind: phrases(words) for kind, words in record["cues"].items()},
            international=frozenset(record["international"]),
        )
