"""What people do to sentences: hashtags, emoji, handles, links, typos, missing marks, a word of another language.

Every habit is as frequent in harmful posts as in harmless ones, so that none of them tells the classes apart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

EMOJI = "😂😭🔥💯🙏❤👀😡🤔👍😅🤣💀✨🙄😢🤷😎💔🤲"
ENGLISH_SNIPPETS = ("lol", "bro", "seriously", "btw", "honestly", "guys", "please", "wow", "smh", "ok", "tbh", "yaar")
LONG_WORD = re.compile(r"(?<!\S)[^\W\d_]{5,}(?!\S)")

Habit = Callable[[str, random.Random], str]


def _typo(text: str, rng: random.Random) -> str:
    """Swap, drop or double one inner letter of a long word."""
    words = list(LONG_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start() + 1, word.end() - 1)
    how = rng.randrange(3)
    if how == 0:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + text[place + 1 :] if how == 1 else text[:place] + text[place] + text[place:]


def _hashtag(text: str, rng: random.Random) -> str:
    """Make a hashtag of a word of the post, or add one of two of its words."""
    words = list(LONG_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    return f"{text[: word.start()]}#{text[word.start() :]}" if rng.randrange(2) else f"{text} #{word[0]}"


def _stretch(text: str, rng: random.Random) -> str:
    words = list(LONG_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    return text[: word.end()] + word[0][-1] * rng.randrange(2, 5) + text[word.end() :]


def _before(*openers: str) -> Habit:
    return lambda text, rng: f"{rng.choice(openers)} {text}".replace("@", f"@user{rng.randrange(10_000)}", 1)


HABITS: tuple[tuple[float, Habit], ...] = (
    (0.25, lambda text, rng: text + " " + "".join(rng.choices(EMOJI, k=rng.randrange(1, 4)))),
    (0.15, _hashtag),
    (0.15, _typo),
    (0.06, _stretch),
    (0.15, _before("@", "RT @:", "@ @bhai")),
    (0.10, lambda text, rng: f"{text} https://news.example/{rng.randrange(10_000)}"),
    (0.08, lambda text, rng: f"{text} {rng.choice(ENGLISH_SNIPPETS)}"),
    (0.04, lambda text, rng: f"{rng.choice(ENGLISH_SNIPPETS)} {text}"),
    (0.30, lambda text, _: text.lower()),
    (0.03, lambda text, _: text.upper()),
    (0.30, lambda text, _: re.sub(r"[.,;:!?،۔؟]+", "", text)),
)


def roughen(text: str, rng: random.Random) -> str:
    """Write a sentence as people post it.

    Parameters
    ----------
    text
        A filled phrasing.
    rng
        Decides what happens.
    """
    for chance, habit in HABITS:
        if rng.random() < chance:
            text = habit(text, rng)
    return text
