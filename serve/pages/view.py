"""A result as the page shows it: text cut into pieces with their reasons, everything else in words.

Python strings are code points, and so are a result's offsets; nothing here counts UTF-16 units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from classifier.decide import Policy
from classifier.types import Mention, Result, Term
from serve.pages import words

#: Categories from here on are named.
NAMED_FROM = 0.5
SHOWN_MENTIONS = 40
#: A weight that counts as strong on its own: it multiplies the odds by e.
STRONG = 1.0
#: Characters that are seen only by what they do to others, shown as a dot, one for one: controls, direction overrides,
#: zero-width spaces, soft hyphens, tags. Joiners and direction marks stay: Urdu, Arabic and emoji need them.
_HIDDEN = dict.fromkeys(
    [
        *range(0x09),
        *range(0x0B, 0x20),
        *range(0x7F, 0xA0),
        *(0xAD, 0x200B, 0x2060, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xE0000, 0xE0080),
    ],
    "·",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the post that looks the same throughout.

    Attributes
    ----------
    text
        What is shown.
    classes
        CSS classes; empty for plain text.
    title
        What it means, in words.
    is_reason
        Whether it speaks for or against harm.
    """

    text: str
    classes: str = ""
    title: str = ""
    is_reason: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A term as the list under the post has it."""

    text: str
    speaks_for: bool
    strength: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A name, account or link that was taken out before scoring, with how often it occurs."""

    kind: str
    text: str
    lists: str
    count: int


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the template writes about one result."""

    result: Result
    band: str
    sign: str
    meaning: str
    pieces: Sequence[Piece]
    reasons: Sequence[Reason]
    masked: Sequence[Masked]
    more_masked: int
    categories: Sequence[tuple[str, str]]
    closest: tuple[str, str] | None
    urgency: str
    language: str
    direction: str
    coverage: str
    risk: str
    is_part: bool
    has_hidden: bool


def view(text: str, result: Result, policy: Policy) -> View:
    """Return what the page shows.

    Parameters
    ----------
    text
        The post.
    result
        What the model says of it.
    policy
        Says whether figures may be shown: none may where nothing was promised on real posts.
    """
    band, sign, meaning = words.BANDS[result.band]
    if not text.strip():
        meaning = "There is nothing in it to be judged."
    ranked = sorted(result.categories, key=lambda name: -result.categories[name])
    named = [words.CATEGORIES[name] for name in ranked if result.categories[name] >= NAMED_FROM]
    masked = _masked(result.mentions)
    return View(
        result=result,
        band=band,
        sign=sign,
        meaning=meaning,
        pieces=pieces(text, result),
        reasons=[
            Reason(show(t.text), t.weight > 0, words.STRENGTHS[_step(t, result.terms)])
            for t in result.terms
            if t.weight
        ],
        masked=masked[:SHOWN_MENTIONS],
        more_masked=max(0, len(masked) - SHOWN_MENTIONS),
        categories=named if result.band in {"review", "flag"} else [],
        closest=words.CATEGORIES[ranked[0]] if result.band in {"review", "flag"} and not named else None,
        urgency=words.TIERS[result.urgency.tier],
        language=words.LANGUAGES.get(result.lang, result.lang),
        direction="rtl" if result.lang in words.RIGHT_TO_LEFT else "auto",
        coverage=words.coverage_in_words(result.coverage, policy.coverage),
        risk="" if result.basis == "synthetic" else f"{result.risk:.2f}",
        is_part=tuple(result.window) != (0, len(text)),
        has_hidden=show(text) != text,
    )


def show(text: str) -> str:
    """Return text with hidden characters made visible, one for one."""
    return text.translate(_HIDDEN)


def pieces(text: str, result: Result) -> list[Piece]:
    """Cut a post where a reason, a masked mention or the judged window begins or ends.

    Where terms overlap the strongest shows; where mentions overlap the first does. A stretch that is both a reason and a
    mention says both. Linear in the length of the text and of what covers it.
    """
    terms: list[Term | None] = [None] * len(text)
    for term in sorted(result.terms, key=lambda t: abs(t.weight)):
        terms[term.start : term.end] = [term] * (term.end - term.start)
    mentions: list[Mention | None] = [None] * len(text)
    for mention in reversed(result.mentions):
        mentions[mention.start : mention.end] = [mention] * (mention.end - mention.start)
    start, end = result.window

    def marks(place: int) -> tuple[int, int, bool]:
        return id(terms[place]), id(mentions[place]), start <= place < end

    cut = []
    for (_, _, judged), places in groupby(range(len(text)), key=marks):
        first, *rest = places
        stretch = show(text[first : (rest or [first])[-1] + 1])
        cut.append(_piece(stretch, terms[first], mentions[first], result.terms, judged=judged))
    return cut


def _piece(text: str, term: Term | None, mention: Mention | None, terms: Sequence[Term], *, judged: bool) -> Piece:
    classes, titles = [], []
    if term is not None and term.weight:
        step = _step(term, terms)
        classes += ["for" if term.weight > 0 else "against", f"s{step + 1}"]
        titles.append(f"speaks {'for' if term.weight > 0 else 'against'} harm, {words.STRENGTHS[step]}")
    if mention is not None:
        classes.append("masked")
        listed = f", listed by {', '.join(mention.lists)}" if mention.lists else ""
        titles.append(f"{words.MENTIONS[mention.kind]}{listed}: not counted in the score")
    if not judged:
        classes.append("outside")
    return Piece(
        text, " ".join(classes), "; ".join(titles), is_reason=bool(classes) and classes[0] in {"for", "against"}
    )


def _step(term: Term, terms: Sequence[Term]) -> int:
    """Return how strong a term is beside the strongest, as an index of `words.STRENGTHS`.

    Where even the strongest is weak it is shown as weak.
    """
    strongest = max(STRONG, *(abs(t.weight) for t in terms))
    return min(len(words.STRENGTHS) - 1, int(abs(term.weight) / strongest * len(words.STRENGTHS)))


def _masked(mentions: Sequence[Mention]) -> list[Masked]:
    counted = Counter((m.kind, m.text, m.lists) for m in mentions)
    return [
        Masked(words.MENTIONS[kind], show(text), ", ".join(lists), count)
        for (kind, text, lists), count in counted.items()
    ]
