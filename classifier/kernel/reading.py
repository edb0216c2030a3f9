"""The canonical text of a batch of posts: reading without scoring."""

from __future__ import annotations

from classifier.kernel.arrays import Bytes, Codes, Longs
from classifier.kernel.blocks import open_scratch, open_tables
from classifier.kernel.codes import GROUND_COUNT, HEAD_COUNT
from classifier.kernel.compiler import allocating, whole
from classifier.kernel.post import normalise

BLANK = ord(" ")


@allocating
def read_posts(  # noqa: PLR0913, PLR0917 - compiled code is called by position
    block: Bytes,
    places: Longs,
    data: Bytes,
    offsets: Longs,
    work: Bytes,
    work_places: Longs,
    letters: Codes,
    token_ends: Longs,
    ends: Longs,
    first: int,
) -> int:
    """Write the canonical texts of posts ``first`` and following, tokens joined by single blanks.

    Parameters
    ----------
    block, places, data, offsets, work, work_places
        As in `classifier.kernel.post.score_posts`.
    letters
        Written: the code points of all texts, one after another.
    token_ends
        Written: where each token ends among them.
    ends
        Written: tokens and letters up to the end of each post, shape ``(posts + 1, 2)``; row ``first`` is read.

    Returns
    -------
    int
        The first post that found no room; else the number of posts.
    """
    tables = open_tables(block, places, HEAD_COUNT, GROUND_COUNT)
    scratch = open_scratch(work, work_places)
    tokens = scratch.tokens
    for post in range(first, len(offsets) - 1):
        count, _ = normalise(tables, data, offsets[post], offsets[post + 1], scratch)
        token, letter = ends[post, 0], ends[post, 1]
        needed = letter
        for i in range(count):
            needed += whole(tokens.sizes[i]) + 1
        if token + count > len(token_ends) or needed > len(letters):
            return post
        for i in range(count):
            if i:
                letters[letter] = BLANK
                letter += 1
            start = whole(tokens.starts[i])
            for j in range(whole(tokens.sizes[i])):
                letters[letter + j] = tokens.letters[start + j]
            letter += whole(tokens.sizes[i])
            token_ends[token + i] = letter
        ends[post + 1, 0], ends[post + 1, 1] = token + count, letter
    return len(offsets) - 1
