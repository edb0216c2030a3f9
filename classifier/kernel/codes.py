"""The numbers that the kernel's stages and the builder of its tables share."""

from __future__ import annotations

import numpy as np

from classifier.labels import GROUNDS, HEADS
from classifier.masks import MASKS

#: Kinds of canonical characters, as bits.
WORD, LATIN, DIGIT, SPACE, MASK, FLAG, LEET, LINKISH = 1, 2, 4, 8, 16, 32, 64, 128
#: Kinds of bytes for the fast path, as bits; a byte without any needs every stage.
PLAIN_LETTER, VANISHES, PLAIN_SPACE, PLAIN_OTHER, NEEDS_LOOK, HARMLESS_AFTER = 1, 2, 4, 8, 16, 32
#: Bits of an alphabet entry above the character (or the place in the pool) in its low 32 bits.
SIZE_BITS, LETTER_BITS, KIND_BITS = np.uint64(32), np.uint64(40), np.uint64(48)
IN_WORD, REAL = np.uint64(1 << 56), np.uint64(1 << 57)
#: The place of the bit for forms of several characters that hold a dot, colon or at sign.
HOLDS_LINKISH = np.uint64(58)
LOW_BYTE, LOW_WORD = np.uint64(0xFF), np.uint64(0xFFFFFFFF)

#: Marks of a token.
HAS_DIGIT, STRETCHED_OUT, SINGLE, IS_MASK = 1, 2, 4, 8

#: Columns of a word's facts; its first eight letters stand behind them, so that all fills one cache line.
(PAIRS, ROWS_START, ROWS_COUNT, FLAGS, NAME_ROOT, SPARE_ROOT, CUE_ROOT, KNOWN_AND_LANGUAGE) = range(8)
FIRST_LETTER, FACTS = 8, 16
#: Bits of the flags; where the binary logarithm of a word's table of pairs begins in them, and where its size.
PAIR = 2
BEGINS_GRAM, GOES_ON_GRAM, PAIRS_SHIFT, PAIRS_BITS, SIZE_SHIFT = 1, 2, 2, 31, 8

#: Places in the settings.
(CHAR_LOW, CHAR_HIGH, WORD_LOW, WORD_HIGH, WINDOW, WORD_ROWS, READY, FIRST_MASK, NAMED_CUE, LANGUAGES, CUE_DEPTH) = (
    range(11)
)
SETTINGS = 12

#: What a host-like string can be, as bits; the first four are masks in the order of `MASKS`.
TOP_LEVEL, SHORT_HOST, ENDING, HOST_INVITE, HOST_PASTE, HOST_FILE = 1, 2, 4, 8, 16, 32
LONGEST_HOST = 24

#: Mask numbers.
ENTITY_MASK, GROUP_MASK, INVITE_MASK, PASTE_MASK, FILE_MASK, LINK_MASK, HANDLE_MASK, NUMBER_MASK = range(8)
MASK_CODE = ord(MASKS[0])

LONGEST_TOKEN = 64
GROUND_COUNT, HEAD_COUNT = len(GROUNDS), len(HEADS)
NOTHING = -1
#: Columns of ready sums: two channels' heads and squares, in whole cache lines of eight numbers.
GROUND_SUMS, HEAD_SUMS = (-(-2 * (count + 1) // 8) * 8 for count in (GROUND_COUNT, HEAD_COUNT))

#: Columns of the facts that `explain` writes for a post.
(BEST_HEAD, WINDOW_START, WINDOW_END, TERM_COUNT, LANGUAGE, WORD_COUNT, MENTION_END, CUE_END) = range(8)

#: What a batch is asked for.
GROUNDS_ONLY, ALL_HEADS, EXPLAINED = 0, 1, 2
