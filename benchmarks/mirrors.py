"""What mirrors cost and what they find: ``python benchmarks/mirrors.py --models models``.

Prints tables of time and memory for an index of a million made-up posts, of recall for reworded copies, and of false
matches among posts that have nothing to do with each other; ``--data FILE`` adds files of real posts, ``--report DIR``
writes ``mirrors.md``.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pages import machine, publish, table

from classifier import Post, load
from classifier.files import read_posts
from classifier.mirrors import Background, Builder, Clusterer, Key, MirrorIndex
from classifier.mirrors import load as load_index
from classifier.mirrors import save as save_index
from classifier.mirrors.contents import Contents, Digester, Signature
from classifier.mirrors.index import entries_of

SEED = 2026
KEY = Key(bytes(range(32)))
WORDS = 20
THRESHOLDS = (0.3, 0.35, 0.4, 0.5, 0.6, 0.7)
#: The kernel looks at so many entries of one key at most, so that all with all is done in pieces.
PIECE = 4096
LOOKALIKES = str.maketrans("aceopxyi", "асеорхуі")
Edit = Callable[[list[str], random.Random, list[str]], list[str]]


class Everywhere(Signature):
    """Lets all texts meet, so that every pair is compared."""

    def keys(self, grams: NDArray[np.uint32], places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return zeros."""
        del grams
        return np.zeros((len(places) - 1, self.bands), dtype=np.uint32)


def seed_texts() -> list[tuple[str, str]]:
    """Return posts made from the seeds with their families, one a seed line."""
    from training.generate import generate
    from training.seeds import default_seeds, read_seeds

    return [(post.text, post.family) for post in generate(read_seeds(default_seeds()), SEED, 1)]


def made_up(texts: list[str], count: int, rng: random.Random) -> Iterator[str]:
    """Yield posts of 10 to 30 words: steps of a chain over the words of the seeds, a third of them to any word."""
    words = [text.split() for text in texts]
    after: dict[str, list[str]] = defaultdict(list)
    for post in words:
        for one, other in pairwise(post):
            after[one].append(other)
    everything = [word for post in words for word in post]
    for _ in range(count):
        word = rng.choice(everything)
        post = [word]
        for _ in range(rng.randrange(9, 30)):
            near = after.get(word)
            word = rng.choice(near) if near and rng.random() > 1 / 3 else rng.choice(everything)
            post.append(word)
        yield " ".join(post)


def replaced(count: int) -> Edit:
    """Return an edit that puts other words in the place of some."""

    def edit(words: list[str], rng: random.Random, others: list[str]) -> list[str]:
        words = list(words)
        for place in rng.sample(range(len(words)), min(count, len(words))):
            words[place] = rng.choice(others)
        return words

    return edit


def moved(words: list[str], rng: random.Random, _: list[str]) -> list[str]:
    """Move three words that follow each other to another place."""
    start = rng.randrange(max(len(words) - 3, 1))
    rest = words[:start] + words[start + 3 :]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + words[start : start + 3] + rest[place:]


def halves(words: list[str], _: random.Random, __: list[str]) -> list[str]:
    """Put the second half first."""
    return words[len(words) // 2 :] + words[: len(words) // 2]


def alike(words: list[str], _: random.Random, __: list[str]) -> list[str]:
    """Write eight letters as look-alikes, but the first of each word, and hide a blank of no width in each word."""
    return [word[:1] + "\u200b" + word[1:].translate(LOOKALIKES) for word in words]


def prefix(words: list[str], rng: random.Random, others: list[str]) -> list[str]:
    """Put five words in front."""
    return rng.choices(others, k=5) + words


def suffix(words: list[str], rng: random.Random, others: list[str]) -> list[str]:
    """Put ten words behind."""
    return words + rng.choices(others, k=10)


EDITS: dict[str, Edit] = {
    "1 word replaced": replaced(1),
    "2 words replaced": replaced(2),
    "5 words replaced": replaced(5),
    "3 words moved": moved,
    "halves exchanged": halves,
    "look-alike letters": alike,
    "5 words in front": prefix,
    "10 words behind": suffix,
}


def recall(index: MirrorIndex, first: int, posts: list[list[str]], others: list[str]) -> dict[str, dict[float, float]]:
    """Return the share of copies whose original is found, by edit and threshold.

    Parameters
    ----------
    index
        Holds the posts from entry `first` on, at the lowest threshold.
    first
        As above.
    posts
        Their words.
    others
        Words to put in.
    """
    rng = random.Random(SEED)
    found = {}
    for name, edit in EDITS.items():
        pairs, scores = index.pairs([" ".join(edit(words, rng, others)) for words in posts], workers=2)
        best = np.zeros(len(posts))
        own = pairs[:, 1] == pairs[:, 0] + first
        best[pairs[own, 0]] = scores[own, 0]
        found[name] = {t: float((best >= t - 1e-6).mean()) for t in THRESHOLDS}
    return found


def false_matches(texts: list[str], origins: list[str], background: Background) -> dict[float, tuple[int, float]]:
    """Return the matches among texts of different origins, every pair compared: how many, and of how many million pairs."""
    digest = Digester(KEY, background, Everywhere())
    counts = dict.fromkeys(THRESHOLDS, 0)
    for start in range(0, len(texts), PIECE):
        piece = digest(texts[start : start + PIECE])
        entries = entries_of(piece, [str(i) for i in range(len(piece))])
        index = MirrorIndex(KEY, background, entries, Everywhere(), THRESHOLDS[0])
        pairs, scores = index.pairs(texts, workers=2)
        other = np.array([i < start + j and origins[i] != origins[start + j] for i, j in pairs.tolist()], dtype=bool)
        for threshold in THRESHOLDS:
            counts[threshold] += int((scores[other, 0] >= threshold - 1e-6).sum())
    sizes = np.unique(np.array(origins), return_counts=True)[1].astype(np.int64)
    unlike = (len(texts) ** 2 - int((sizes**2).sum())) / 2e6
    return {t: (n, unlike) for t, n in counts.items()}


def peak() -> float:
    """Return the most memory this process ever had, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def size(options: Any, background: Background, texts: list[str], facts: dict[str, str]) -> MirrorIndex:  # noqa: ANN401
    """Measure an index of made-up posts, and return it."""
    rng = random.Random(SEED)
    posts = [Post(str(i), text) for i, text in enumerate(made_up(texts, options.posts, rng))]
    facts["posts"] = f"{len(posts):,}, {np.mean([len(p.text) for p in posts[:10000]]):.0f} characters each"
    before, start = peak(), time.perf_counter()
    index = Builder(KEY, background).build(posts)
    facts["built in"] = (
        f"{(taken := time.perf_counter() - start):.0f} s ({len(posts) / taken:,.0f} posts/s, one thread)"
    )
    facts["memory while building"] = f"{peak():.2f} GB at most, {before:.2f} GB of it the posts themselves"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        start = time.perf_counter()
        save_index(index, folder)
        megabytes = sum(p.stat().st_size for p in folder.rglob("*.npy")) / 1e6
        facts["saved"] = f"{megabytes:,.0f} MB in {time.perf_counter() - start:.1f} s"
        start = time.perf_counter()
        load_index(folder, KEY)
        facts["opened in"] = f"{time.perf_counter() - start:.2f} s"
    fresh = list(made_up(texts, options.queries, random.Random(SEED + 1)))
    index.pairs(fresh[:100])
    for workers in (1, 2):
        start = time.perf_counter()
        index.pairs(fresh, workers)
        rate = len(fresh) / (time.perf_counter() - start)
        facts[f"matched, {workers} thread{'s' * (workers > 1)}"] = f"{rate:,.0f} posts/s against {len(index):,} entries"
    _, scores = MirrorIndex(KEY, background, index.entries, threshold=THRESHOLDS[0]).pairs(fresh, 2)
    counts = ", ".join(f"{int((scores[:, 0] >= t - 1e-6).sum())} at {t}" for t in THRESHOLDS)
    facts["false matches against it"] = f"{counts}, in {len(fresh) * len(index) / 1e6:,.0f} million pairs"
    start = time.perf_counter()
    collected = Clusterer(background)
    collected.add([post.text for post in posts])
    groups = collected.clusters().groups()
    facts["clusters of them"] = f"{time.perf_counter() - start:.0f} s, {len(groups)} clusters, {peak():.2f} GB at most"
    return index


def together(index: MirrorIndex, background: Background, texts: list[str]) -> MirrorIndex:
    """Return an index that holds texts behind the entries it has, at the lowest threshold."""
    contents = Digester(KEY, background)(texts)
    ours = index.entries
    keys = np.empty((len(ours), len(ours.keys)), dtype=np.uint32)
    for band, rows in enumerate(ours.rows):
        keys[rows, band] = ours.keys[band]
    grams, words = (np.concatenate(pair) for pair in ((ours.grams, contents.grams), (ours.words, contents.words)))
    places = np.concatenate([ours.places, contents.places[1:] + ours.places[-1]])
    word_places = np.concatenate([ours.word_places, contents.word_places[1:] + ours.word_places[-1]])
    none = np.empty(0)
    whole = Contents(grams, places, words, word_places, none, np.concatenate([keys, contents.keys]), none, none)
    entries = entries_of(whole, [*ours.ids, *(f"x{i}" for i in range(len(texts)))])
    return MirrorIndex(KEY, background, entries, threshold=THRESHOLDS[0])


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models", help="the models folder")
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="files of posts to measure as well")
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts in the index")
    parser.add_argument("--queries", type=int, default=20_000, help="posts matched against it")
    parser.add_argument("--report", type=Path, help="where to write mirrors.md")
    options: Any = parser.parse_args(arguments)
    background = Background.of(load(options.models).table)
    seeds = seed_texts()
    sets = {"seeds": seeds}
    for path in options.data:
        posts = (post for post in read_posts(str(path), sys.stdin.buffer) if isinstance(post, Post))
        sets.setdefault("data", []).extend((post.text, path.name) for post in posts)
    facts: dict[str, str] = {}
    index = size(options, background, [text for text, _ in seeds], facts)
    lines = ["# Mirrors", "", f"`python benchmarks/mirrors.py` on {machine()}.", ""]
    lines += table(["index", ""], [[k, v] for k, v in facts.items()])
    for name, texts in sets.items():
        rng = random.Random(SEED)
        long = [words[:WORDS] for text, _ in texts if len(words := text.split()) >= WORDS]
        short = [words for text, _ in texts if 6 <= len(words := text.split()) <= 9]  # noqa: PLR2004 - six to nine words
        others = [word for text, _ in texts for word in text.split()]
        for kind, posts in (("20 words", long), ("6 to 9 words", short)):
            chosen = rng.sample(posts, min(2000, len(posts)))
            whole = together(index, background, [" ".join(words) for words in chosen])
            shares = recall(whole, len(index), chosen, others)
            rows = [[edit, *(f"{share:.3f}" for share in by.values())] for edit, by in shares.items()]
            lines += ["", f"## Recall: {name}, {kind} ({len(chosen)} posts)", ""]
            lines += table(["copy", *(f"{t}" for t in THRESHOLDS)], rows)
        chosen_texts = rng.sample(texts, min(12_000, len(texts)))
        false = false_matches([t for t, _ in chosen_texts], [o for _, o in chosen_texts], background)
        lines += ["", f"## False matches: {name}, pairs of different {'families' if name == 'seeds' else 'files'}", ""]
        rows = [[str(t), str(n), f"{million:.1f}", f"{n / million:.4f}"] for t, (n, million) in false.items()]
        lines += table(["threshold", "matches", "million pairs", "per million"], rows)
    publish(lines, options.report, "mirrors.md")


if __name__ == "__main__":
    main()
