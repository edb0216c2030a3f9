"""Post families: one situation and stance each, with several phrasings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.labels import CATEGORIES, GROUND_OF, KINDS, LANGUAGES
from training.seedfile import Block, read_blocks

LONGEST_PHRASING = 280
FEWEST_PHRASINGS = 4
ROWS = 4
IDEOLOGIES = frozenset(
    "jihadist sectarian ethno-nationalist white-supremacist far-left anarchist separatist misogynist conspiracist none".split()
)
SLOT = re.compile(r"\{([a-z_]+)\}")
RAW_ADDRESS = re.compile(r"https?:|www\.|(?<!\w)@\w")


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes
    ----------
    id
        ``<language>.<first label>.<slug>``.
    lang
        Language code.
    categories
        Harm categories; empty where the family is benign.
    kind
        Look-alike kind, or None where the family is harmful.
    phrasings
        With slots in braces, each with its line.
    twin
        Id of the family of the other class, or None.
    rows
        How many posts to generate a phrasing.
    frame
        Whether it is a frame filled from word classes.
    block
        Where it stands, for messages.
    """

    id: str
    lang: str
    categories: tuple[str, ...]
    kind: str | None
    phrasings: tuple[tuple[int, str], ...]
    twin: str | None
    rows: int
    frame: bool
    block: Block

    @property
    def label(self) -> str:
        """The first category, or the kind."""
        return self.kind or self.categories[0]

    @property
    def grounds(self) -> frozenset[str]:
        """The grounds on which a moderator would act."""
        return frozenset(GROUND_OF[c] for c in self.categories)


def read_families(path: Path, *, frame: bool = False) -> Iterator[Family]:
    """Read and check one family file.

    Raises
    ------
    SeedError
        At the first breach of the format or of a safety rule that can be checked here.
    """
    lang = path.parent.name
    for block in read_blocks(path, "family", ("labels", "register", "ideology", "twin", "rows")):
        if lang not in LANGUAGES:
            raise block.error(f"the folder {lang!r} is no language; use one of {', '.join(LANGUAGES)}")
        yield _family(block, lang, frame=frame)


def _family(block: Block, lang: str, *, frame: bool) -> Family:
    identifier = block.need("family")
    labels = tuple(label.strip() for label in block.need("labels").split(","))
    benign = len(labels) == 1 and labels[0] in KINDS
    unknown = [label for label in labels if label not in CATEGORIES]
    if not benign and unknown:
        raise block.error(f"`labels` takes harm categories or exactly one kind, not {', '.join(unknown)}")
    if not re.fullmatch(rf"{re.escape(lang)}\.{labels[0]}\.[a-z0-9-]+", identifier):
        raise block.error(f"the id must be {lang}.{labels[0]}.<slug of a-z, 0-9, ->, not {identifier!r}")
    block.need("register")
    if not benign and block.values.get("ideology") not in IDEOLOGIES:
        raise block.error(f"a harm family needs `ideology:`, one of {' '.join(sorted(IDEOLOGIES))}")
    if not benign and not frame and "twin" not in block.values:
        raise block.error("a harm family needs `twin:`, the id of a benign family about the same thing")
    if len(block.items) < (1 if frame else FEWEST_PHRASINGS):
        raise block.error(f"a family needs at least {FEWEST_PHRASINGS} phrasings, this one has {len(block.items)}")
    if not block.values.get("rows", "1").isdecimal():
        raise block.error("`rows` must be a whole number")
    for line, phrasing in block.items:
        _check_phrasing(block, line, phrasing)
    return Family(
        id=identifier,
        lang=lang,
        categories=() if benign else labels,
        kind=labels[0] if benign else None,
        phrasings=tuple(block.items),
        twin=block.values.get("twin"),
        rows=int(block.values.get("rows", ROWS)),
        frame=frame,
        block=block,
    )


def _check_phrasing(block: Block, line: int, phrasing: str) -> None:
    if len(phrasing) > LONGEST_PHRASING:
        raise block.error(f"{len(phrasing)} characters; a phrasing has at most {LONGEST_PHRASING}", line)
    if RAW_ADDRESS.search(phrasing):
        raise block.error("links and handles are slots: {link}, {invite}, {paste}, {file}, {handle}", line)
    bare = SLOT.sub("", phrasing)
    if "{" in bare or "}" in bare:
        raise block.error("a brace that is no slot; a slot is {name} in small Latin letters", line)
