"""Write ``classifier/data/unicode.npz``, the pinned tables of the canonicaliser.

Run ``python -m training.unicode_tables`` after raising the pinned version of ``unicodedata2`` or of ``emoji``, or after
editing ``classifier/data/lookalikes.tsv``; raise `classifier.canonical.NORMALISER_VERSION` in the same commit.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "classifier" / "data"
LAST = 0x10FFFF
MASKS = range(0xE000, 0xE008)
SURROGATES = range(0xD800, 0xE000)
REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)

#: Letters of Arabic script that people type for one another, and letters with strokes or without dots that Unicode
#: does not decompose. Everything else follows from the compatibility decomposition and case folding.
VARIANTS = {
    "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ئ": "ي", "ہ": "ه", "ۃ": "ه", "ة": "ه", "ە": "ه", "ۀ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ٱ": "ا", "ٲ": "ا", "ٳ": "ا",
    "ı": "i", "ȷ": "j", "ø": "o", "đ": "d", "ħ": "h", "ł": "l", "ŧ": "t",
}  # fmt: skip
#: Characters that hold a word together or stand inside it unseen.
REMOVED = {
    *"'’‘ʼ`ـ",
    "\u00ad",
    "\u034f",
    "\u061c",
    "\u115f",
    "\u1160",
    "\u180e",
    "\u3164",
    "\uffa0",
    "\u2060",
    "\ufeff",
}
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


class Folder:
    """Folds single characters by the Unicode data of the pinned release."""

    def __init__(self) -> None:
        import unicodedata2

        self._ucd = unicodedata2
        self._emoji = _emoji_words()
        self._own = _lookalikes()
        self._folded: dict[str, str] = {}

    def is_word(self, char: str) -> bool:
        """Tell whether a character may stand in a word."""
        category: str = self._ucd.category(char)
        return category[0] in "LN" or category == "Mc" or ord(char) in MASKS or ord(char) in REGIONAL_INDICATORS

    def canonical(self, char: str) -> str:
        """Return the canonical form: folded until nothing changes."""
        if char not in self._folded:
            text = char
            while (folded := "".join(map(self._fold, text))) != text:
                text = folded
            self._folded[char] = text
        return self._folded[char]

    def _fold(self, char: str) -> str:
        if char in REMOVED or self._ucd.category(char) in {"Mn", "Me", "Cf"}:
            return ""
        special = self._emoji.get(ord(char)) or VARIANTS.get(char)
        if special is not None:
            return special
        if self._ucd.category(char) == "Nd":
            return str(self._ucd.digit(char))
        folded: str = self._ucd.normalize("NFKD", self._ucd.normalize("NFKD", char).casefold())
        kept = self.is_word(char) or (char.isascii() and char.isprintable())
        return char if kept and folded == char else folded if folded != char else " "

    def latin(self, char: str) -> str:
        """Return the ASCII letter that a character stands for inside a Latin word, or nothing."""
        compatible = self._ucd.normalize("NFKC", self._ucd.normalize("NFKC", char).casefold())
        if len(compatible) == 1 and compatible.isascii():
            return compatible if compatible.isalpha() else ""
        likely = (self._own.get(ord(c), "") for c in (char, self.canonical(char), char.upper()) if len(c) == 1)
        return next(filter(None, likely), "")


def build() -> dict[str, np.ndarray]:
    """Compute the tables.

    Returns
    -------
    dict of str to ndarray
        ``code_points`` (sorted uint32, those that change or fold), ``offsets`` (int32, one more) into ``pool`` (uint32,
        the canonical code points), ``latin`` (uint8, the ASCII letter that the code point stands for inside a Latin word,
        or 0) and ``word`` (uint8 bit map over all code points: may stand in a word).
    """
    folder = Folder()
    chars = [chr(cp) for cp in range(LAST + 1) if cp not in SURROGATES]
    # A code point that is in no word and not in the table is a separator; it needs no row;
    # ASCII stays as it is without one, so its control characters (a line break ends a link) have rows.
    changed = [
        c
        for c in chars
        if (folder.latin(c) and not c.isascii())
        or (folder.canonical(c) != c and (c.isascii() or folder.is_word(c) or folder.canonical(c) != " "))
    ]
    targets = [folder.canonical(c) for c in changed]
    word = np.zeros(LAST + 1, dtype=np.uint8)
    for c in chars:
        word[ord(c)] = folder.is_word(c)
    return {
        "code_points": np.array([ord(c) for c in changed], dtype=np.uint32),
        "offsets": np.cumsum([0, *map(len, targets)], dtype=np.int32),
        "pool": np.array([ord(c) for t in targets for c in t], dtype=np.uint32),
        "latin": np.array([ord(folder.latin(c) or "\0") for c in changed], dtype=np.uint8),
        "word": np.packbits(word, bitorder="little"),
    }


if __name__ == "__main__":
    np.savez_compressed(DATA / "unicode.npz", **build())  # type: ignore[arg-type]  # the stub names one keyword
