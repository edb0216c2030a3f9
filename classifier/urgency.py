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
#: Cue kinds that say it happens: a time, a weapon, a deed, somebody who means to.
DEEDS = frozenset({"time", "means", "act", "intent"})
#: A cue that puts the deed at a distance: a report, the past, a story, a game. It keeps a post from T0.
DISTANCE = "distance"
#: With a target and so many kinds of deed cues, a post needs only this share of the bound to be T0: short posts that say
#: who, when and how in plain words often score low.
TELLING, ACUTE = 3, 0.2


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
                    found[kind, readable(" ".join(phrase))] = None
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
        T3 without a severe score; T2 with one; T1 where somebody or something is also named; T0 by `grade`.
    """
    severity = severity_of(categories)
    if severity < ACUTE * severe_at:
        return Urgency()
    return grade(find_cues(lexicon, tokens), severe=severity >= severe_at)


def severity_of(categories: Mapping[str, float]) -> float:
    """Return the highest score that can make a post urgent."""
    return max(categories.get(c, 0.0) for c in SEVERE)


def grade(cues: Sequence[tuple[str, str]], *, severe: bool = True) -> Urgency:
    """Give a post its tier by its cues.

    Parameters
    ----------
    cues
        ``(kind, canonical words)`` of the whole post.
    severe
        Whether its score reaches the bound, or only `ACUTE` of it.

    Returns
    -------
    Urgency
        T0 where somebody or something is named, no cue puts the deed at a distance, and there is either a time with a
        means, a deed or an intent, or a means with an intent; below the bound, where there are three of these four.
        Else T1 or T2 where the score is severe, T3 where it is not.
    """
    kinds = {kind for kind, _ in cues}
    target = bool(kinds & TARGETS)
    deeds = kinds & DEEDS
    enough = len(deeds) >= TELLING
    if severe:
        enough = enough or ("time" in deeds and len(deeds) > 1) or deeds >= {"means", "intent"}
    tier: Tier
    if target and enough and DISTANCE not in kinds:
        tier = "T0"
    elif not severe:
        return Urgency()
    else:
        tier = "T1" if target else "T2"
    return Urgency(tier, tuple(f"{kind}: {words}" for kind, words in cues))
