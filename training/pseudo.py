"""Unlabelled posts for the student: phrasings as they are, and with frequent words of the language put in.

A phrasing teaches a linear model the words that stand in it and no others. What a sentence encoder makes of the same
phrasing with other words in it says something about those words too, so its opinion of these posts widens the student's
vocabulary.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from classifier.masks import MASKS
from classifier.reader import Reader
from training.generate import Filler
from training.seeds import Seeds
from training.wordlist import canonical, public_words

#: Languages with a teacher; in the others an encoder transfers no better than the labels do.
TAUGHT = ("en", "ur-Latn")
#: Words to draw from, and how strongly the frequent ones are preferred: the rank is ``count · u ** SLOPE``.
DRAWN = 30_000
SLOPE = 2.5
#: Shares of the words replaced.
SHARES = (0.15, 0.3, 0.5)
LONGEST = 48

#: The spellings of one word.
Spellings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PseudoPost:
    """A post without a label of its own.

    Attributes
    ----------
    text
        Canonical.
    family, lang, phrasing
        What it was made from.
    plain
        Whether no word was put in.
    """

    text: str
    family: str
    lang: str
    phrasing: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """How many pseudo-posts a phrasing gives: `plain` ones at most, and `replaced` ones."""

    plain: int
    replaced: int


#: For families and for frames, a language. The encoder of English takes an hour of processor time as it is.
AMOUNTS = {"en": (Amount(1, 3), Amount(1, 3)), "ur-Latn": (Amount(1, 3), Amount(2, 4))}


def pseudo_posts(seeds: Seeds, seed: int, read: Reader) -> Iterator[PseudoPost]:
    """Make the pseudo-posts of every language with a teacher, the same way each time.

    Parameters
    ----------
    seeds
        The checked seeds.
    seed
        Of the random numbers; each phrasing has its own stream.
    read
        Gives the canonical words.
    """
    for lang in TAUGHT:
        families = [f for f in seeds.families if f.lang == lang]
        filler = Filler(seeds, lang)
        words = frequent_words(seeds, lang, read)
        for family in families:
            for _, phrasing in family.phrasings:
                rng = random.Random(f"pseudo {seed} {family.id} {phrasing}")
                amount = AMOUNTS[lang][family.frame]
                fills = [read(filler.fill(phrasing, rng))[:LONGEST] for _ in range(amount.plain)]
                texts = dict.fromkeys(" ".join(tokens) for tokens in _of_phrasing(fills, amount.replaced, words, rng))
                plain = {" ".join(tokens) for tokens in fills}
                yield from (PseudoPost(text, family.id, lang, phrasing, text in plain) for text in texts if text)


def _of_phrasing(
    fills: list[list[str]], replaced: int, words: Sequence[Spellings], rng: random.Random
) -> Iterator[list[str]]:
    """Yield the filled phrasing as it is, then with words replaced, in tokens."""
    yield from fills
    for _ in range(replaced):
        yield replace_words(rng.choice(fills), words, rng)


def replace_words(tokens: list[str], words: Sequence[Spellings], rng: random.Random) -> list[str]:
    """Return tokens with a share of the words replaced at random, each by any spelling of the new word; masks stay."""
    if not words:
        return tokens
    places = [place for place, token in enumerate(tokens) if token not in MASKS]
    count = min(len(places), max(1, int(len(tokens) * rng.choice(SHARES))))
    chosen = set(rng.sample(places, count))
    return [
        _any_of(words[int(len(words) * rng.random() ** SLOPE)], rng) if place in chosen else token
        for place, token in enumerate(tokens)
    ]


def _any_of(spellings: Spellings, rng: random.Random) -> str:
    """Return one spelling; a word with a single one takes no random number."""
    return spellings[0] if len(spellings) == 1 else rng.choice(spellings)


def frequent_words(seeds: Seeds, lang: str, read: Reader) -> list[Spellings]:
    """Return a language's words in canonical form, the commonest first: those of its list in the seeds, or of wordfreq.

    Words that are masked, such as the name of a people, are left out: a pseudo-post must read as canonical text does. A
    language without a list has no words.
    """
    if lang in seeds.words:
        return [word.spellings for word in canonical(seeds.words[lang], read)]
    return [(word,) for word in public_words(lang, DRAWN, read)]
