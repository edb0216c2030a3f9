"""A language's common words with their spellings, where no public frequency list has them: ``seeds/words/<language>.txt``."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from classifier.errors import SeedError
from classifier.labels import LANGUAGES
from classifier.masks import MASKS
from classifier.reader import Reader
from training.seedfile import Block, read_blocks

#: Share of running text that the words of a band make up, the commonest band first: roughly what frequency lists of other
#: languages say of their first 300, the next 1,500 and the following 5,000 words.
SHARES = (0.6, 0.25, 0.15)
SPELLING = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word.

    Attributes
    ----------
    band
        1 for the commonest.
    spellings
        At least one.
    """

    band: int
    spellings: tuple[str, ...]


#: A language's words, the commonest band first.
WordList = tuple[Word, ...]


def read_word_lists(seeds: Path) -> dict[str, WordList]:
    """Read ``words/``: a list a language.

    Raises
    ------
    SeedError
        With file and line.
    """
    return {path.stem: _read(path) for path in sorted((seeds / "words").glob("*.txt"))}


def _read(path: Path) -> WordList:
    if path.stem not in LANGUAGES:
        raise SeedError(path, 0, f"{path.stem!r} is no language; call the file after one of {', '.join(LANGUAGES)}")
    words: list[Word] = []
    lines: dict[str, int] = {}
    for block in read_blocks(path, "band", ()):
        band = _band(block, words[-1].band if words else 1)
        if not block.items:
            raise block.error("no word: add `- ` lines")
        for line, item in block.items:
            spellings = tuple(item.split())
            for spelling in spellings:
                if not SPELLING.fullmatch(spelling) or spelling != spelling.lower():
                    raise block.error(f"{spelling!r} is no spelling; spellings are small letters only", line)
                first = lines.setdefault(spelling, line)
                if first != line or spellings.count(spelling) > 1:
                    raise block.error(f"{spelling!r} stands already at {path}:{first}", line)
            words.append(Word(band, spellings))
    return tuple(words)


def _band(block: Block, last: int) -> int:
    value = block.values["band"]
    if value not in {str(n + 1) for n in range(len(SHARES))}:
        raise block.error(f"`band` is a number from 1, the commonest words, to {len(SHARES)}")
    if int(value) < last:
        raise block.error(f"band {value} after band {last}; the commonest words come first")
    return int(value)


def canonical(words: WordList, read: Reader) -> WordList:
    """Return the words in canonical form, each spelling once; what is masked, or is not one word then, is left out."""
    seen: set[str] = set()
    found = []
    for word in words:
        forms = dict.fromkeys(form[0] for s in word.spellings if len(form := read(s)) == 1 and form[0] not in MASKS)
        new = tuple(form for form in forms if form not in seen)
        seen.update(new)
        if new:
            found.append(Word(word.band, new))
    return tuple(found)


def public_words(lang: str, count: int, read: Reader) -> list[str]:
    """Return the words of wordfreq's list of a language in canonical form, the commonest first; none where it has no list.

    Words that are masked, such as the name of a people, are left out.
    """
    import wordfreq

    if lang not in wordfreq.available_languages():
        return []
    forms = map(read, wordfreq.top_n_list(lang, count))
    return list(dict.fromkeys(form[0] for form in forms if len(form) == 1 and form[0][0].isalpha()))


def chances(words: WordList) -> dict[str, float]:
    """Return the probability of each spelling: the words of a band share its text equally, the spellings of a word theirs."""
    sizes: dict[int, int] = defaultdict(int)
    for word in words:
        sizes[word.band] += 1
    return {s: SHARES[w.band - 1] / sizes[w.band] / len(w.spellings) for w in words for s in w.spellings}
