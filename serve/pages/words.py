"""What the page says, in words: of bands, categories, urgency, languages and what was masked."""

from __future__ import annotations

from classifier.types import Band, MentionKind, Tier

#: Band → its word, its sign (so that it is never told by colour alone) and what it asks of the reader.
BANDS: dict[Band, tuple[str, str, str]] = {
    "pass": ("Pass", "✓", "Nothing in its wording stands out."),
    "review": ("Review", "!", "Its wording resembles extremist messaging: read it, and decide."),
    "flag": ("Flag", "‼", "Its wording strongly resembles extremist messaging: read it first, and decide."),
    "unknown": (
        "Unknown",
        "?",
        "The model cannot tell: it does not know this language, or too few of the words. Read it.",
    ),
}

CATEGORIES: dict[str, tuple[str, str]] = {
    "incitement": ("Incitement", "calls for violence"),
    "glorification": ("Glorification", "praises attacks or attackers"),
    "recruitment": ("Recruitment", "asks people to join"),
    "instruction": ("Instruction", "offers to teach how to attack"),
    "threat": ("Threat", "announces violence"),
    "financing": ("Financing", "collects money for violence"),
    "redistribution": ("Redistribution", "spreads releases, or leads followers to backup channels"),
    "targeting": ("Targeting", "exposes or accuses somebody so that others harm them"),
    "dehumanisation": ("Dehumanisation", "denies a group its humanity"),
}

TIERS: dict[Tier, str] = {
    "T0": "Life may be in danger now",
    "T1": "A severe post that names somebody or some place: look soon",
    "T2": "A severe post: look today",
    "T3": "No sign of urgency",
}

LANGUAGES: dict[str, str] = {
    "en": "English",
    "ur": "Urdu",
    "ur-Latn": "Roman Urdu",
    "ar": "Arabic",
    "ps": "Pashto",
    "und": "Not recognised",
    "zxx": "No language: code, markup or a log",
}
RIGHT_TO_LEFT = frozenset({"ar", "ps", "ur"})

MENTIONS: dict[MentionKind, str] = {
    "entity": "Organisation",
    "group": "People or faith",
    "invite": "Invite link",
    "paste": "Paste link",
    "file": "File link",
    "link": "Link",
    "handle": "Account",
    "number": "Number",
}

#: How strongly a stretch speaks, from the weakest step to the strongest.
STRENGTHS = ("slightly", "somewhat", "clearly", "strongly")

_ALL_KNOWN = 0.9


def coverage_in_words(coverage: float, least: float) -> str:
    """Say how much of a post the model knows.

    Parameters
    ----------
    coverage
        Share of its words that the model has seen.
    least
        The policy's least share for a `pass`.
    """
    if coverage >= _ALL_KNOWN:
        return "The model knows nearly all of its words"
    if coverage >= least:
        return "The model knows most of its words"
    return "The model knows too few of its words to call it harmless"
