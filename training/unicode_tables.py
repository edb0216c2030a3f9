"""Write ``classifier/data/unicode.npz``, the pinned tables of the canonicaliser.

Run ``python -m training.unicode_tables`` after raising the pinned version of ``unicodedata2`` or of ``emoji``, or after
editing ``classifier/data/lookalikes.tsv``; raise `classifier.canonical.NORMALISER_VERSION` in the same commit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "classifier" / "data"
LAST = 0x10FFFF
MASKS = range(0xE000, 0xE008)
REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)

#: Letters of Arabic script that people type for one another, and letters with strokes or without dots that Unicode
#: does not decompose. Everything else follows from the compatibility decomposition and case folding.
VARIANTS = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ئ": "ي", "ہ": "ه", "ۃ": "ه", "ة": "ه", "ە": "ه", "ۀ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ı": "i", "ȷ": "j", "ø": "o", "đ": "d", "ħ": "h", "ł": "l", "ŧ": "t",
}  # fmt: skip
#: Characters that hold a word together or stand inside it unseen.
REMOVED = {*"'’‘ʼ`ـ", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u180e", "\u3164", "\uffa0", "\u2060", "\ufeff"}
#: Words of emoji names that say nothing of what is shown.
EMOJI_STOP = frozenset("face with of the and button sign symbol selector a on in".split())


def _lookalikes() -> dict[int, str]:
    """Return the pinned TR39 sources of one ASCII letter, folded to lower case."""
    rows = (DATA / "lookalikes.tsv").read_text(encoding="utf-8").splitlines()
    cells = (row.split("\t") for row in rows if not row.startswith("#"))
    return {int(source, 16): letter.lower() for source, letter, _ in cells}


def _emoji_words() -> dict[int, str]:
    """Return ``{code point: " words of its name "}`` for emoji of one code point."""
    import emoji

    words = {}
    for symbol, entry in emoji.EMOJI_DATA.items():
        if len(symbol) != 1 or ord(symbol) < 0x2190:  # noqa: PLR2004 - arrows are the first true symbols
            continue
        name = [w for w in re.findall("[a-z]+", entry["en"].lower()) if w not in EMOJI_STOP]
        words[ord(symbol)] = " " + " ".join(name[:3]) + " " if name else " "
    for first in (0x1F150, 0x1F170):  # negative circled and negative squared letters are used as letters
        words.update({first + i: chr(ord("a") + i) for i in range(26)})
    return words


def build() -> dict[str, np.ndarray]:
    """Compute the tables.

    Returns
    -------
    dict of str to ndarray
        ``code_points`` (sorted uint32, those that change or fold), ``offsets`` (int32, one more) into ``pool`` (uint32,
        the canonical code points), ``latin`` (uint8, the ASCII letter that the code point stands for inside a Latin word,
        or 0) and ``word`` (uint8 bit map over all code points: may stand in a word).
    """
    import unicodedata2 as ucd

    emoji_words = _emoji_words()

    def is_word(char: str) -> bool:
        return ucd.category(char)[0] in "LN" or ucd.category(char) == "Mc" or ord(char) in MASKS

    def fold(char: str) -> str:
        if char in REMOVED or ucd.category(char) in {"Mn", "Me", "Cf"}:
            return ""
        if ord(char) in emoji_words:
            return emoji_words[ord(char)]
        if ord(char) in MASKS or ord(char) in REGIONAL_INDICATORS:
            return char
        if ucd.category(char) == "Nd":
            return str(ucd.digit(char))
        if char in VARIANTS:
            return VARIANTS[char]
        folded: str = ucd.normalize("NFKD", ucd.normalize("NFKD", char).casefold())
        if folded != char:
            return folded
        if is_word(char) or (char.isascii() and char.isprintable()):
            return char
        return " "

    @lru_cache(maxsize=None)
    def canonical(char: str) -> str:
        text = char
        while (folded := "".join(map(fold, text))) != text:
            text = folded
        return text

    own = _lookalikes()

    @lru_cache(maxsize=None)
    def latin(char: str) -> str:
        whole = canonical(char)
        if len(whole) == 1 and whole.isascii() and whole.isalnum():
            return whole if whole.isalpha() else ""
        if ord(char) in own:
            return own[ord(char)]
        for other in (whole, char.upper()):
            if len(other) == 1 and ord(other) in own:
                return own[ord(other)]
        return ""

    chars = [chr(cp) for cp in range(LAST + 1) if not 0xD800 <= cp < 0xE000]  # noqa: PLR2004 - the surrogates
    # A code point that is in no word and not in the table is a separator; it needs no row.
    changed = [
        c
        for c in chars
        if (latin(c) and not c.isascii()) or (canonical(c) != c and (is_word(c) or canonical(c) != " "))
    ]
    targets = [canonical(c) for c in changed]
    word = np.zeros(LAST + 1, dtype=np.uint8)
    for c in chars:
        word[ord(c)] = is_word(c)
    return {
        "code_points": np.array([ord(c) for c in changed], dtype=np.uint32),
        "offsets": np.cumsum([0, *map(len, targets)], dtype=np.int32),
        "pool": np.array([ord(c) for t in targets for c in t], dtype=np.uint32),
        "latin": np.array([ord(latin(c) or "\0") for c in changed], dtype=np.uint8),
        "word": np.packbits(word, bitorder="little"),
    }


if __name__ == "__main__":
    np.savez_compressed(DATA / "unicode.npz", **build())  # type: ignore[arg-type]  # the stub names one keyword
