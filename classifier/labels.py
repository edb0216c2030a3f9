"""What a post can be labelled: harm categories with their ground, and benign look-alike kinds.

The categories follow Article 2(7) of Regulation (EU) 2021/784 and its neighbours, the kinds its Article 1(3).
"""

from __future__ import annotations

TERRORIST_CONTENT = "terrorist_content"
VIOLENT_HATE = "violent_hate"
GROUNDS = (TERRORIST_CONTENT, VIOLENT_HATE)

#: Harm category → the ground on which a moderator acts.
GROUND_OF = {
    "incitement": TERRORIST_CONTENT,
    "glorification": TERRORIST_CONTENT,
    "recruitment": TERRORIST_CONTENT,
    "instruction": TERRORIST_CONTENT,
    "threat": TERRORIST_CONTENT,
    "financing": TERRORIST_CONTENT,
    "redistribution": TERRORIST_CONTENT,
    "targeting": TERRORIST_CONTENT,
    "dehumanisation": VIOLENT_HATE,
}
CATEGORIES = tuple(GROUND_OF)

KINDS = (
    "news",
    "counter_speech",
    "victims_and_grief",
    "religion",
    "politics_and_protest",
    "research_and_education",
    "rights_documentation",
    "reported_threats",
    "state_and_military",
    "art_and_fiction",
    "figurative_and_games",
    "moderation_and_reporting",
    "help_seeking",
    "identity_mentions",
    "everyday",
)

#: The linear heads of a model, in the order of the table's columns: the grounds first.
HEADS = GROUNDS + CATEGORIES

#: Language codes that a model is trained for; anything else is answered with ``unknown``.
LANGUAGES = ("en", "ur", "ur-Latn", "ar", "ps")
