"""How soon somebody should look: a high score together with cues read from the text.

It orders queues; it never raises a band. Cues are canonical words or masks, so that urgency cannot depend on which group,
organisation or account is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classifier.lexicon import Lexicon
from classifier.masks import ENTITY, GROUP, HANDLE, readable
from classifier.tokens import Token
from classifier.types import Tier, Urgency

#: Categories whose score can make a post urgent.
SEVERE = ("threat", "incitement", "targeting")
NAMED = (ENTITY, GROUP, HANDLE)
#: Cue kinds that name who or what is in danger.
TARGETS = frozenset({"named", "person", "place"})


def find_cues(lexicon: Lexicon, tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Return ``(kind, canonical words)`` for every cue, each once, in order."""
    texts = [t.text for t in tokens]
    found: dict[tuple[str, str], None] = {}
    longest = max((len(phrase) for phrases in lexicon.cues.values() for phrase in phrases), default=0)
    for place, text in enumerate(texts):
        if text in NAMED:
            found["named", readable(text)] = None
        for length in range(1, min(longest, len(texts) - place) + 1):
            phrase = tuple(texts[place : place + length])
            for kind, phrases in lexicon.cues.items():
                if phrase in phrases:
                    found[kind, " ".join(phrase)] = None
    return list(found)


def judge(lexicon: Lexicon, tokens: Sequence[Token], categories: Mapping[str, float], severe_at: float) -> Urgency:
    """Give a post its tier.

    Parameters
    ----------
    lexicon
        Holds the cue words.
    tokens
        Canonical tokens of the whole post.
    categories
        Probability of each harm category.
    severe_at
        The probability from which a severe category counts.

    Returns
    -------
    Urgency
        T3 without a severe score; T2 with one; T1 where somebody or something is also named; T0 where a time is named as
        well, and a means or the writer's own intent.
    """
    if not is_severe(categories, severe_at):
        return Urgency()
    return grade(find_cues(lexicon, tokens))


def is_severe(categories: Mapping[str, float], severe_at: float) -> bool:
    """Tell whether a severe category counts."""
    return max(categories.get(c, 0.0) for c in SEVERE) >= severe_at


def grade(cues: Sequence[tuple[str, str]]) -> Urgency:
    """Give a severe post its tier by its cues."""
    kinds = {kind for kind, _ in cues}
    tier: Tier = "T2"
    if kinds & TARGETS:
        tier = "T0" if "time" in kinds and kinds & {"means", "intent"} else "T1"
    return Urgency(tier, tuple(f"{kind}: {words}" for kind, words in cues))
