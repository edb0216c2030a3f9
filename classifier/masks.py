"""The mask characters: one private-use character stands for everything of a kind.

They are characters, not words, so that no word of a post can pass for a mask, and so that a canonical text normalises to
itself. An n-gram made of masks only is in no vocabulary.
"""

from __future__ import annotations

from typing import cast

from classifier.types import MentionKind

ENTITY = "\ue000"
GROUP = "\ue001"
INVITE = "\ue002"
PASTE = "\ue003"
FILE = "\ue004"
LINK = "\ue005"
HANDLE = "\ue006"
NUMBER = "\ue007"

MASKS = (ENTITY, GROUP, INVITE, PASTE, FILE, LINK, HANDLE, NUMBER)
NAME_OF = dict(zip(MASKS, ("ENTITY", "GROUP", "INVITE", "PASTE", "FILE", "LINK", "HANDLE", "NUMBER"), strict=True))


def kind_of(mask: str) -> MentionKind:
    """Return the kind under which a mask is reported."""
    return cast("MentionKind", NAME_OF[mask].lower())


def readable(text: str) -> str:
    """Return a canonical text with its masks written out, for cards and reports: ``‹ENTITY›``."""
    for mask, name in NAME_OF.items():
        text = text.replace(mask, f"‹{name}›")
    return text
