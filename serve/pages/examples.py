"""Posts to try the page with: all invented, the harmful ones flat, about organisations that do not exist."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A post that a button fills in.

    Attributes
    ----------
    key
        What the button sends.
    label
        What it says.
    text
        The post.
    """

    key: str
    label: str
    text: str


EXAMPLES = (
    Example(
        "recruiting",
        "English, recruiting",
        "The Quldara Vanguard needs fighters. Message @quldara_desk tonight and I will take you to our camp.",
    ),
    Example(
        "sermon",
        "English, a sermon",
        "The imam spoke after Friday prayers about patience, and asked us to help the families on our street.",
    ),
    Example(
        "urdu",
        "اردو",
        "لشکر کوہزار میں شامل ہو جاؤ، ہمیں لڑنے والوں کی ضرورت ہے۔ آج رات @kohzar_desk پر پیغام بھیجو۔",
    ),
    Example(
        "arabic",
        "العربية",
        "انضم إلى المقاتلين في كتيبة كوهزار، راسلنا على الخاص @kohzar_desk",
    ),
)


def find(key: str) -> Example | None:
    """Return the example with a key."""
    return next((example for example in EXAMPLES if example.key == key), None)
