"""One post through all stages, and a batch of posts: the kernel's one entry from Python."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.kernel.arrays import Bytes, Longs, Out, Scratch, Tables, Tokens
from classifier.kernel.blocks import open_scratch, open_tables
from classifier.kernel.canonical import canonicalise
from classifier.kernel.codes import (
    BEST_HEAD,
    CUE_END,
    EXPLAINED,
    GROUND_COUNT,
    GROUNDS_ONLY,
    HEAD_COUNT,
    MENTION_END,
    NOTHING,
    WINDOW,
    WINDOW_END,
    WINDOW_START,
)
from classifier.kernel.compiler import allocating, apart, inlined, whole
from classifier.kernel.disguise import mask_numbers, undo_disguise
from classifier.kernel.explanation import explain
from classifier.kernel.features import find_features
from classifier.kernel.links import find_links
from classifier.kernel.names import mask_names
from classifier.kernel.plain import Place, plain_words
from classifier.kernel.report import identify, list_cues, list_mentions
from classifier.kernel.scoring import forget, score_grounds, score_heads
from classifier.kernel.tokens import cut_words, put_mask


@inlined
def tokenise(tables: Tables, size: int, linkish: bool, scratch: Scratch, count: int, letter: int) -> tuple[int, int]:  # noqa: FBT001
    """Cut a stream into tokens, links and handles masked; return the numbers of tokens and of letters."""
    stream, links, tokens, seed = scratch.stream, scratch.links, scratch.tokens, tables.words.seed[0]
    place = 0
    if linkish:
        for i in range(find_links(stream, size, tables.hosts, tables.host_flags, links)):
            start, end = whole(links.starts[i]), whole(links.ends[i])
            count, letter = cut_words(stream, place, start, tokens, count, letter, seed)
            put_mask(tokens, count, letter, whole(links.masks[i]), stream.source[start], stream.source[end - 1] + 1)
            count, letter, place = count + 1, letter + 1, end
    return cut_words(stream, place, size, tokens, count, letter, seed)


@inlined
def read(tables: Tables, data: Bytes, start: int, end: int, scratch: Scratch) -> tuple[int, int]:
    """Write the tokens of a post: plain chunks by the fast path, the others through every stage.

    Returns
    -------
    count : int
        Tokens written.
    length : int
        Code points read.
    """
    tokens = scratch.tokens
    tokens.summary[0] = tokens.summary[1] = 0
    place = Place(start, 0, 0, 0)
    while True:
        place = plain_words(data, place, end, tokens, scratch.block, tables.words.seed[0])
        if place.at == end:
            return place.tokens, place.code_point
        at, size, index, linkish = canonicalise(tables.letters, data, place.at, end, place.code_point, scratch.stream)
        count, letter = tokenise(tables, size, linkish, scratch, place.tokens, place.letters)
        place = Place(at, index, count, letter)


@inlined
def normalise(tables: Tables, data: Bytes, start: int, end: int, scratch: Scratch) -> tuple[int, int]:
    """Write the canonical tokens of a post; return how many, and how many code points the post has."""
    count, length = read(tables, data, start, end, scratch)
    mask_numbers(tables, scratch.tokens, count)
    count = undo_disguise(tables, scratch.tokens, count)
    count = mask_names(tables, scratch.tokens, count)
    scratch.tokens.summary[2] = count
    return count, length


@inlined
def _window(
    tables: Tables, tokens: Tokens, count: int, length: int, window: int, out: Out, post: int
) -> tuple[int, int]:
    """Write the code points of the window that won, the whole post where it is the only one; return its tokens."""
    start = window * (tables.settings[WINDOW] // 2)
    end = min(start + tables.settings[WINDOW], count)
    whole = start == 0 and end == count
    out.facts[post, WINDOW_START] = 0 if whole else tokens.first[start]
    out.facts[post, WINDOW_END] = length if whole else tokens.last[end - 1]
    return start, end


@inlined
def _report(
    tables: Tables,
    scratch: Scratch,
    count: int,
    length: int,
    best: tuple[int, int, int],
    out: Out,
    post: int,
    severe: float,
) -> bool:
    """Write everything but the logits; tell whether there was room."""
    tokens, features = scratch.tokens, scratch.features
    window = _window(tables, tokens, count, length, best[0], out, post)
    out.facts[post, BEST_HEAD] = best[1]
    explain(tables, tokens, features, window, best, out, post)
    identify(tables, tokens, count, features, out, post)
    mentions = list_mentions(tables, tokens, count, out, whole(out.facts[post - 1, MENTION_END]) if post else 0)
    cues = whole(out.facts[post - 1, CUE_END]) if post else 0
    highest = features.best[GROUND_COUNT]
    for head in range(GROUND_COUNT, HEAD_COUNT):
        highest = max(highest, features.best[head])
    if highest >= severe:
        cues = list_cues(tables, tokens, count, out, cues)
    out.facts[post, MENTION_END], out.facts[post, CUE_END] = mentions, cues
    return min(mentions, cues) != NOTHING


@apart
def _score_all(  # noqa: PLR0913, PLR0917 - see `score_posts`
    tables: Tables,
    scratch: Scratch,
    data: Bytes,
    offsets: Longs,
    wanted: int,
    first: int,
    logits: NDArray[np.float64],
    out: Out,
    severe: float,
) -> int:
    for post in range(first, len(offsets) - 1):
        count, length = normalise(tables, data, offsets[post], offsets[post + 1], scratch)
        find_features(tables, scratch.tokens, count, scratch.features)
        if wanted == GROUNDS_ONLY:
            score_grounds(tables, scratch.tokens, count, scratch.features)
        else:
            best = score_heads(tables, scratch.tokens, count, scratch.features)
            if wanted != EXPLAINED:
                forget(scratch.features, best[2])
            elif not _report(tables, scratch, count, length, best, out, post, severe):
                return post
        for head in range(logits.shape[1]):
            logits[post, head] = scratch.features.best[head]
    return len(offsets) - 1


@allocating
def score_posts(  # noqa: PLR0913, PLR0917 - compiled code is called by position
    block: Bytes,
    places: Longs,
    data: Bytes,
    offsets: Longs,
    work: Bytes,
    work_places: Longs,
    wanted: int,
    first: int,
    logits: NDArray[np.float64],
    report: tuple[NDArray[Any], ...],
    severe: float,
) -> int:
    """Score posts ``first`` and following of a batch.

    Parameters
    ----------
    block, places
        The tables.
    data, offsets
        UTF-8 of all posts, and where each begins; one offset more than posts.
    work, work_places
        The scratch of this thread, large enough for the longest post.
    wanted
        `GROUNDS_ONLY`, `ALL_HEADS` or `EXPLAINED`.
    first
        The first post to score.
    logits
        Written: one row a post, the maximum over its windows of each head asked for.
    report
        Written where explanations are wanted, in the order of `Out`.
    severe
        The logit from which a category's cues are looked for.

    Returns
    -------
    int
        The first post that was not scored, for want of room in the lists of `report`; else the number of posts.
    """
    tables = open_tables(block, places, HEAD_COUNT, GROUND_COUNT)
    scratch = open_scratch(work, work_places)
    out = Out(*report)
    return _score_all(tables, scratch, data, offsets, wanted, first, logits, out, severe)
