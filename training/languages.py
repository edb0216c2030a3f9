"""What tells one language from another: words of the seeds, their word lists, and frequency lists of some forty languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from classifier.labels import LANGUAGES
from classifier.language import NO_LANGUAGE
from classifier.masks import MASKS
from classifier.reader import Reader
from training.corpus import Corpus
from training.wordlist import WordList, canonical, chances

OTHER_LANGUAGES = tuple(
    "bg bn ca cs da de el es fa fi fil fr he hi hu id is it lt lv mk ms nb nl pl pt ro ru sh sk sl sv ta tr uk vi".split()
)
#: Words of programs and logs that posts hardly ever hold.
CODE_WORDS = tuple(
    (
        "def elif kwargs args self init len str int bool printf println stdin stdout stderr argv nullptr async await "
        "const var func enum struct void boolean typedef lambda sql varchar utf localhost http https json xml div href px "
        "html css npm pip git sudo usr bin tmp grep debug traceback exception import return null undefined console log "
        "foreach endif echo getelementbyid queryselector insert values select where groupby orderby innerjoin datetime "
        "timestamp config env param params username userid uuid sha token api endpoint request response status info warn "
        "stacktrace main java py js cpp php cgi www admin root regex parse stringify "
    ).split()
)
#: Languages of the model that wordfreq has.
PUBLIC = ("en", "ur", "ar")
FREQUENT = 6000
FREQUENT_ELSEWHERE = 1500
#: Probability of a word that a language's list does not have.
FLOOR = 2e-6


def frequencies(lang: str, count: int, read: Reader) -> dict[str, float]:
    """Return the relative frequency of a language's commonest words in canonical form (Speer, wordfreq 3)."""
    import wordfreq

    total: dict[str, float] = {}
    listed = wordfreq.get_frequency_dict(lang)
    for word in wordfreq.top_n_list(lang, count):
        words = read(word)
        if len(words) == 1 and words[0] not in MASKS:
            total[words[0]] = total.get(words[0], 0.0) + listed.get(word, 0.0)
    return total


def language_table(
    corpus: Corpus, words: Mapping[str, WordList], read: Reader
) -> tuple[tuple[str, ...], NDArray[np.float32], tuple[str, ...]]:
    """Compute the words that tell a language.

    Parameters
    ----------
    corpus
        The posts.
    words
        The seeds' own word lists.
    read
        Gives the canonical words, names unmasked.

    Returns
    -------
    words : tuple of str
        Sorted.
    scores : ndarray
        ``ln((p + floor) / floor)`` of each word under each language, shape ``(words, languages)``.
    languages : tuple of str
        Codes of the columns, those the model is trained for first.
    """
    tables: dict[str, dict[str, float]] = {}
    for lang in LANGUAGES:
        own = corpus_frequencies(corpus, lang)
        if not own:
            continue
        if lang in words:
            public = chances(canonical(words[lang], read))
        else:
            public = frequencies(lang, FREQUENT, read) if lang in PUBLIC else {}
        share = 0.5 if public else 1.0
        tables[lang] = {w: share * own.get(w, 0.0) + 0.5 * public.get(w, 0.0) for w in own.keys() | public.keys()}
    for lang in OTHER_LANGUAGES:
        tables[lang] = frequencies(lang, FREQUENT_ELSEWHERE, read)
    tables[NO_LANGUAGE] = dict.fromkeys(CODE_WORDS, 1 / len(CODE_WORDS))
    telling = tuple(sorted({word for table in tables.values() for word, p in table.items() if p > FLOOR}))
    found = np.array([[table.get(word, 0.0) for table in tables.values()] for word in telling])
    return telling, np.log((found + FLOOR) / FLOOR).astype(np.float32), tuple(tables)


def corpus_frequencies(corpus: Corpus, lang: str) -> dict[str, float]:
    """Return the relative frequency of each word in a language's posts."""
    texts: Iterable[str] = (
        t for t, o in zip(corpus.texts, corpus.owner.tolist(), strict=True) if corpus.posts[o].lang == lang
    )
    counts = Counter(word for text in texts for word in text.split(" ") if word)
    total = sum(counts.values())
    return {word: n / total for word, n in counts.items()}
