"""What a result says besides its score: language and coverage, mentions, urgency cues."""

from __future__ import annotations

from classifier.kernel.arrays import Features, Out, Tables, Tokens
from classifier.kernel.codes import (
    CUE_ROOT,
    ENTITY_MASK,
    GROUP_MASK,
    HANDLE_MASK,
    IS_MASK,
    KNOWN_AND_LANGUAGE,
    LANGUAGE,
    LANGUAGES,
    NAMED_CUE,
    NOTHING,
    WORD_COUNT,
)
from classifier.kernel.compiler import inlined, whole
from classifier.kernel.names import AMBIGUOUS
from classifier.kernel.tries import follow


@inlined
def identify(tables: Tables, tokens: Tokens, count: int, features: Features, out: Out, post: int) -> None:
    """Write the likeliest language, the number of words and the share of them that the model has seen."""
    sums, languages, evidence = features.languages, tables.settings[LANGUAGES], tables.evidence
    for i in range(languages):
        sums[i] = 0.0
    telling = known = words = 0
    for place in range(count):
        masked = tokens.marks[place] & IS_MASK != 0
        words += not masked
        word = whole(tokens.words[place])
        if word == NOTHING:
            continue
        fact = whole(tables.facts[word, KNOWN_AND_LANGUAGE])
        known += not masked and fact & 1 != 0
        if fact >> 1:
            telling += 1
            row = (fact >> 1) - 1
            for i in range(evidence.starts[row], evidence.starts[row + 1]):
                sums[evidence.languages[i]] += evidence.scores[i]
    best = 0
    for i in range(1, languages):
        if sums[i] > sums[best]:
            best = i
    out.facts[post, LANGUAGE] = best if telling else NOTHING
    out.facts[post, WORD_COUNT] = words
    out.coverage[post] = known / words if words else 1.0


@inlined
def list_mentions(tables: Tables, tokens: Tokens, count: int, out: Out, written: int) -> int:
    """Append ``(mask, start, end, name)`` of what was masked, ambiguous names only beside a clear one.

    Returns
    -------
    int
        Rows written altogether, or -1 where there is no room.
    """
    clear = False
    for place in range(count):
        if tokens.marks[place] & IS_MASK:
            mask = whole(tokens.letters[tokens.starts[place]] & 7)
            name = whole(tokens.names[place])
            clear = clear or (
                mask in (ENTITY_MASK, GROUP_MASK) and (name == NOTHING or not tables.names[name, AMBIGUOUS])
            )
    for place in range(count):
        name = whole(tokens.names[place])
        if not tokens.marks[place] & IS_MASK or (name != NOTHING and tables.names[name, AMBIGUOUS] and not clear):
            continue
        if written == len(out.mentions):
            return NOTHING
        out.mentions[written, 0] = tokens.letters[tokens.starts[place]] & 7
        out.mentions[written, 1] = tokens.first[place]
        out.mentions[written, 2] = tokens.last[place]
        out.mentions[written, 3] = name
        written += 1
    return written


@inlined
def list_cues(tables: Tables, tokens: Tokens, count: int, out: Out, written: int) -> int:
    """Append the numbers of the urgency cues, in order, as often as they come; -1 where there is no room."""
    for place in range(count):
        if tokens.marks[place] & IS_MASK:
            mask = whole(tokens.letters[tokens.starts[place]] & 7)
            if mask in (ENTITY_MASK, GROUP_MASK, HANDLE_MASK):
                if written == len(out.cues):
                    return NOTHING
                out.cues[written, 0] = tables.settings[NAMED_CUE] + mask
                written += 1
        word = whole(tokens.words[place])
        state = NOTHING if word == NOTHING else whole(tables.facts[word, CUE_ROOT])
        last = place + 1
        while state != NOTHING:
            first = whole(tables.phrases.values[state])
            if first != NOTHING:  # a count, then so many numbers
                for i in range(tables.cues[first]):
                    if written == len(out.cues):
                        return NOTHING
                    out.cues[written, 0] = tables.cues[first + 1 + i]
                    written += 1
            if last >= count or tokens.words[last] == NOTHING:
                break
            state = follow(tables.phrases, state, tokens.words[last])
            last += 1
    return written
