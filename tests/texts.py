"""Texts for property tests: anything at all, posts in several languages, and disguises."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

import classifier

ENGLISH = (
    "I will find every one of {} and they will pay for it tonight",
    "Join {} now, brothers, the link is below",
    "My neighbours are {} and their kids play with mine",
    "Court jails two men who collected money for {}",
    "{} are animals and should be driven out of our town",
    "We destroyed {} three nil on Saturday, what a game",
    "Pray for the victims of the attack near {} this morning",
)
OTHERS = (
    "ہم {} کو اس شہر سے نکال کر دم لیں گے",
    "آج {} کے گھر دعوت تھی بہت مزہ آیا",
    "سننتقم من {} قريبا ولن يبقى منهم أحد",
    "جيراني من {} وهم أطيب الناس",
    "in {} logon ko yahan se bhaga do, ye hamare nahi",
    "دا {} باید له دې ښاره ووځي",
)
POSTS = st.sampled_from(ENGLISH + OTHERS)
LATIN_POSTS = st.sampled_from(tuple(post.format("people") for post in ENGLISH))

#: Characters that have broken text handling somewhere.
NASTY = (
    "\u0000\u200d\ufe0f\u0345\u0130\u0131\u1e9e\ufb03\ufdfa\u2126\u0e33\u1100\uac00\ue000\ue005"
    "\U0001f1f5\U0001f1f0@#$_.-/:0١۵१"
)


def any_text() -> st.SearchStrategy[str]:
    """Return texts of any characters, lone surrogates included, dense in what is hard."""
    anything = st.text(max_size=80)
    wild = st.text(st.characters(exclude_categories=()), max_size=60)
    dense = st.text(st.sampled_from(NASTY + "abcdeilokm kTZ1357 اہیک"), max_size=80)
    pieces = st.sampled_from(
        [*ENGLISH, *OTHERS, "https://t.me/+abc", "www.x.org/a.pdf", "a@b.com", "@user_1", "k i l l", "14/88", "s0000"]
    )
    mixed = st.lists(st.one_of(pieces, dense, wild), max_size=8).map(" ".join)
    return st.one_of(anything, wild, dense, mixed, st.lists(pieces, min_size=8, max_size=30).map(" ".join))


@lru_cache(maxsize=1)
def lookalikes() -> dict[str, list[str]]:
    """Return for each ASCII letter its look-alikes that no compatibility form makes another ASCII character of."""
    import unicodedata2 as unicodedata

    table: dict[str, list[str]] = {}
    path = Path(classifier.__file__).parent / "data" / "lookalikes.tsv"
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        source, letter, _ = row.split("\t")
        char = chr(int(source, 16))
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
        if not (len(plain) == 1 and plain.isascii() and plain != letter.lower()):
            table.setdefault(letter.lower(), []).append(char)
    return table
