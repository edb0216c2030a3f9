"""Signs of programs, markup and logs in a post: pairs of characters that people hardly write in sentences.

Tokens hold no punctuation, so this reads the post itself. It is no part of scoring: it says whether there is a language to be
known at all.
"""

from __future__ import annotations

import string
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: A post is code that has so many signs, and no more than so many words to each.
LEAST, WORDS_PER_SIGN = 3, 5
ASCII = 128
SPACES = " \t\n\r"
#: What a handle or a hashtag begins with.
MARKS = "@#"
LETTERS = string.ascii_letters
#: Which characters make a sign with the one before them. Round brackets among themselves make none: ``((so))`` is emphasis.
BEFORE = {
    "_": LETTERS + string.digits,
    "{": string.printable,
    "}": string.printable,
    "(": LETTERS + "_[{$.:",
    ")": "(]}\"'",
    "[": LETTERS + "({$",
    "]": "\"')",
    "=": LETTERS + "=!+-*/<>:\"'{[(",
    ">": "=-/\"'",
    "<": "(<",
    ";": ")}]\"'",
    ":": ":\"'",
    "/": "<",
    "&": "&",
    "|": "|",
    "-": "+",
    '"': "=({[",
    "$": '"(',
    ",": "\"')]}",
    **dict.fromkeys(string.ascii_lowercase, ".$<\\="),
    **dict.fromkeys(string.ascii_uppercase, ".$<\\=" + string.ascii_lowercase),
}


def sign_table() -> NDArray[np.uint8]:
    """Return 1 for each pair that is a sign, shape ``(128, 128)``: the first character, the second."""
    table = np.zeros((ASCII, ASCII), dtype=np.uint8)
    for second, firsts in BEFORE.items():
        table[[ord(first) for first in firsts], ord(second)] = 1
    return table


def count_signs(text: str) -> int:
    """Count the signs of code in a text: the plain form of `classifier.kernel.signs`.

    A run of characters without a space counts for nothing where it holds ``://`` or begins with @ or #: links, handles and
    hashtags are no code.
    """
    runs = "".join(" " if char in SPACES else char for char in text).split(" ")
    return sum(_signs(f" {run}") for run in runs if "://" not in run and not run.startswith(tuple(MARKS)))


def is_code(signs: int, words: int) -> bool:
    """Tell whether a post of so many words is code."""
    return signs >= LEAST and signs * WORDS_PER_SIGN >= words


def _signs(run: str) -> int:
    return sum(first in BEFORE.get(second, "") for first, second in pairwise(run))
