"""How much of a language the corpus covers: ``python benchmarks/corpus_coverage.py [POSTS.jsonl]... --report docs/benchmarks``.

Counts, by language, what the seeds give, how many of the commonest words stand in them, and how many posts of one family are
nearly a post of another. Of labelled files only shares are told: how many of a post's words the corpus holds. Prints tables;
with ``--report DIR`` also writes ``coverage.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import wordfreq
from pages import publish, table

from classifier.masks import MASKS
from classifier.reader import Reader
from training.calibrate import COVERAGE
from training.duplicates import SIMILAR, link
from training.families import SLOT
from training.fit import Recipe
from training.generate import generate
from training.labelled import Labelled, read_all
from training.pseudo import pseudo_posts
from training.seeds import Seeds, default_seeds, read_seeds
from training.teacher import Teacher, key_of, read_teacher
from training.trainer import known_words
from training.wordlist import public_words

TOPS = (1_000, 5_000, 20_000)


@dataclass(frozen=True)
class Corpus:
    """What one language's seeds give.

    Attributes
    ----------
    families, frames, phrasings
        How many there are.
    posts
        Canonical text and family of each post that is generated.
    pseudo
        How many pseudo-posts are learnt from.
    own
        Words of the phrasings and of the slot files, in canonical form.
    seen
        Words of the posts and of the pseudo-posts.
    """

    families: int
    frames: int
    phrasings: int
    posts: list[tuple[str, str]]
    pseudo: int
    own: frozenset[str]
    seen: frozenset[str]


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of canonical texts, masks left out."""
    return frozenset(word for text in texts for word in text.split() if word not in MASKS)


def read_corpus(seeds: Seeds, teacher: Teacher, read: Reader) -> dict[str, Corpus]:
    """Expand the seeds as training does, a language at a time."""
    recipe = Recipe()
    posts, pseudo = defaultdict(list), defaultdict(list)
    for post in generate(seeds, recipe.seed, recipe.rows):
        posts[post.lang].append((" ".join(read(post.text)), post.family))
    made = list(pseudo_posts(seeds, recipe.seed, read))
    heard = ~np.isnan(teacher.ask([key_of(post.lang, post.text) for post in made])[:, 0])
    for post, learnt in zip(made, heard.tolist(), strict=True):
        if learnt:
            pseudo[post.lang].append(post.text)
    found = {}
    for lang in posts:
        mine = [family for family in seeds.families if family.lang == lang]
        phrasings = [phrasing for family in mine for _, phrasing in family.phrasings]
        fillers = [filler for slot in seeds.slots.get(lang, {}).values() for filler in slot]
        found[lang] = Corpus(
            families=sum(not family.frame for family in mine),
            frames=sum(family.frame for family in mine),
            phrasings=len(phrasings),
            posts=posts[lang],
            pseudo=len(pseudo[lang]),
            own=words_of(" ".join(read(SLOT.sub(" ", text))) for text in (*phrasings, *fillers)),
            seen=words_of([*(text for text, _ in posts[lang]), *pseudo[lang]]),
        )
    return found


def frequent(lang: str, count: int, read: Reader) -> list[str] | None:
    """Return the commonest words of a language in canonical form; None where the list is missing or shorter."""
    listed = lang in wordfreq.available_languages() and len(wordfreq.top_n_list(lang, count)) == count
    return public_words(lang, count, read) if listed else None


def repeated(posts: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """Return how many posts are also a post of another family, and how many nearly so, in canonical form."""
    texts: dict[str, set[str]] = defaultdict(set)
    for text, family in posts:
        texts[text].add(family)
    distinct = list(texts)
    clusters: dict[int, set[str]] = defaultdict(set)
    cluster = link(distinct).cluster
    for text, first in zip(distinct, cluster, strict=True):
        clusters[first] |= texts[text]
    exact = sum(len(families) > 1 for families in texts.values())
    return exact, sum(len(clusters[first]) > 1 for first in cluster)


def share(words: Iterable[str], vocabulary: AbstractSet[str]) -> float:
    """Return the share of words that stand in a vocabulary, 1 of none, as `classifier.language` does."""
    found = [word in vocabulary for word in words]
    return sum(found) / len(found) if found else 1.0


def file_row(
    name: str, posts: Sequence[Labelled], corpora: Sequence[Corpus], known: AbstractSet[str], read: Reader
) -> list[str]:
    """Return one file's row: the words' share averaged over its posts, and the share of posts below the floor."""
    own, seen = (frozenset().union(*(getattr(c, part) for c in corpora)) for part in ("own", "seen"))
    texts = [[word for word in read(post.text) if word not in MASKS] for post in posts]
    means = [float(np.mean([share(words, vocabulary) for words in texts])) for vocabulary in (own, seen)]
    below = float(np.mean([share(words, known) < COVERAGE for words in texts]))
    return [name, f"{len(posts):,}", *(f"{mean:.1%}" for mean in means), f"{below:.1%}"]


def page(seeds: Seeds, corpora: dict[str, Corpus], read: Reader, files: dict[str, list[Labelled]]) -> list[str]:
    """Return the report's lines."""
    sizes, lists, copies = [], [], []
    frames = {family.id for family in seeds.families if family.frame}
    for lang, corpus in corpora.items():
        counts = (corpus.families, corpus.frames, corpus.phrasings, len(corpus.posts), corpus.pseudo)
        sizes.append([lang, *(f"{n:,}" for n in counts), f"{len(corpus.own):,}", f"{len(corpus.seen):,}"])
        tops = [frequent(lang, count, read) for count in TOPS]
        lists.append(
            [lang, *("–" if top is None else f"{share(top, v):.1%}" for v in (corpus.own, corpus.seen) for top in tops)]
        )
        parts = [[p for p in corpus.posts if (p[1] in frames) == framed] for framed in (False, True)]
        copies.append([lang, *(f"{n:,}" for part in parts for n in repeated(part))])
    tops_of = [f"{name}, top {count:,}" for name in ("seeds", "seen") for count in TOPS]
    lines = [
        "# What the corpus covers",
        "",
        "`python benchmarks/corpus_coverage.py`. Words are those of canonical text, names and other masks left out. *Seeds*:",
        "they stand in a phrasing or a slot file. *Seen*: they stand in a generated post or in a pseudo-post of which the",
        "teacher has an opinion.",
        "",
        *table(
            ["language", "families", "frames", "phrasings", "posts", "pseudo-posts", "words, seeds", "words, seen"],
            sizes,
        ),
        "",
        "## The commonest words",
        "The share of the first words of [wordfreq](https://github.com/rspeer/wordfreq)'s list; –: there is none of that length.",
        "",
        *table(["language", *tops_of], lists),
        "",
        "## Repetition between families",
        "Generated posts that are, in canonical form, a post of another family too, and those in a cluster with one",
        f"(Jaccard similarity of character 5-grams ≥ {SIMILAR}). Frames are there to say the same of other word classes, so they",
        "stand apart.",
        "",
        *table(
            [
                "language",
                "families: the same",
                "families: nearly the same",
                "frames: the same",
                "frames: nearly the same",
            ],
            copies,
        ),
    ]
    if files:
        every = list(corpora.values())
        known = frozenset(known_words(seeds, (text for corpus in every for text, _ in corpus.posts), read))
        rows = [file_row(name, posts, every, known, read) for name, posts in files.items()]
        head = ["file", "posts", "words in the seeds", "words seen", f"posts below {COVERAGE:.0%}"]
        lines += [
            "",
            "## Posts from elsewhere",
            "The share of a post's words that stand in the corpus, in any of its languages, averaged over the posts. Where a",
            "model knows fewer than the last column says, it answers `unknown` instead of `pass`; it knows the words of",
            "generated posts and of the seeds' word lists.",
            "",
            *table(head, rows),
        ]
    return lines


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="*", type=Path, help="labelled posts, only counted")
    parser.add_argument("--report", type=Path, help="where to write coverage.md")
    options: Any = parser.parse_args(arguments)
    folder = default_seeds()
    seeds = read_seeds(folder)
    read = Reader(seeds.gazetteer.compile())
    files = {path.stem: read_all(path, sys.stdin.buffer) for path in options.files}
    lines = page(seeds, read_corpus(seeds, read_teacher(folder), read), read, files)
    publish(lines, options.report, "coverage.md")


if __name__ == "__main__":
    main()
