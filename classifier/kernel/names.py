"""Names masked: what `classifier.normalise.Normaliser` does after the words are made."""

from __future__ import annotations

from classifier.kernel.arrays import Tables, Tokens
from classifier.kernel.codes import FIRST_MASK, IS_MASK, NAME_ROOT, NOTHING
from classifier.kernel.compiler import inlined, whole
from classifier.kernel.disguise import move, number_of
from classifier.kernel.tokens import put_mask
from classifier.kernel.tries import follow

#: Columns of `Tables.names`.
LENGTH, MASK_NUMBER, SURFACE, AMBIGUOUS = range(4)


@inlined
def mask_names(tables: Tables, tokens: Tokens, count: int) -> int:
    """Look every token's word up, replace the longest name at each place by its mask; return the number of tokens."""
    for place in range(count):
        tokens.names[place] = NOTHING
        if tokens.marks[place] & IS_MASK:
            letter = tokens.letters[tokens.starts[place]]
            tokens.words[place] = tables.settings[FIRST_MASK] + (letter & 7)  # masks end in 0 to 7
        else:
            tokens.words[place] = number_of(tables, tokens, place)
    place = kept = 0
    while place < count:
        name = _longest(tables, tokens, count, place)
        if name == NOTHING:
            if kept < place:
                move(tokens, place, kept)
            place += 1
        else:
            last = place + whole(tables.names[name, LENGTH])
            mask = whole(tables.names[name, MASK_NUMBER])
            put_mask(tokens, kept, tokens.starts[place], mask, tokens.first[place], tokens.last[last - 1])
            tokens.words[kept] = tables.settings[FIRST_MASK] + mask
            tokens.names[kept] = name
            place = last
        kept += 1
    return kept


@inlined
def _longest(tables: Tables, tokens: Tokens, count: int, place: int) -> int:
    """Return the number of the longest name that begins at a token, or -1."""
    found = NOTHING
    word = whole(tokens.words[place])
    state = NOTHING if word == NOTHING else whole(tables.facts[word, NAME_ROOT])
    place += 1
    while state != NOTHING:
        if tables.phrases.values[state] != NOTHING:
            found = whole(tables.phrases.values[state])
        if place >= count or tokens.words[place] == NOTHING:
            break
        state = follow(tables.phrases, state, tokens.words[place])
        place += 1
    return found
