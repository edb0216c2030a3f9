"""The compiled scorer against the pipeline and the plain path, on many texts: ``python -m tests.fuzz``.

Takes minutes, so no test runs it; `make fuzz` does. Texts are random ones of several kinds, the seed posts, and the files
given with ``--data``. Prints the largest difference of each kind, and exits with 1 where one is over the bound: 1e-6 in a
probability of the pipeline, nothing at all between bytes and the text that Python reads in them.
"""

# ruff: noqa: T201 - a script that prints

from __future__ import annotations

import argparse
import io
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from classifier import Model, Post, load
from classifier.batches import batched
from classifier.files import read_posts
from classifier.kernel.compiler import apart
from classifier.kernel.dictionary import word_hash
from classifier.scoring import sigmoid, windows
from training.generate import generate
from training.seeds import default_seeds, read_seeds

BOUND = 1e-6
BATCH = 2000
NASTY = (
    "\u0000\u200d\ufe0f\u0345\u0130\u0131\u1e9e\ufb03\ufdfa\u2126\u0e33\u1100\uac00\ue000\ue005\U0001f1f5@#$_.-/:'`0۵१ "
)
#: Candidates tried for words that begin their search in the longest run of full slots.
CANDIDATES = 400_000
Maker = Callable[[random.Random, Sequence[str]], str]


def any_planes(rng: random.Random, _: Sequence[str]) -> str:
    """Return code points of all planes, blanks among them."""
    points = (rng.randrange(0x110000) if rng.random() < 0.8 else 0x20 for _ in range(rng.randrange(60)))
    return "".join(chr(p) for p in points if not 0xD800 <= p < 0xE000)


def dense(rng: random.Random, _: Sequence[str]) -> str:
    """Return what has broken text handling, between ASCII letters."""
    return "".join(rng.choice(NASTY + "abcdeilokmTZ1357 اہیک") for _ in range(rng.randrange(90)))


def mutated(rng: random.Random, posts: Sequence[str]) -> str:
    """Return a seed post with characters changed, doubled, dropped or put in."""
    letters = list(rng.choice(posts))
    for _ in range(rng.randrange(12)):
        at = rng.randrange(len(letters) + 1)
        letters[at : at + rng.randrange(2)] = rng.choice(
            [rng.choice(NASTY), chr(rng.randrange(0x20, 0x700)), "aaa", ""]
        )
    return "".join(letters)


def joined(rng: random.Random, posts: Sequence[str]) -> str:
    """Return several posts as one, longer than a window."""
    return " ".join(rng.choice(posts) for _ in range(rng.randrange(2, 8)))


def foreign_bytes(rng: random.Random, posts: Sequence[str]) -> str:
    """Return what Python reads in bytes that are no UTF-8."""
    raw = bytearray(rng.choice(posts).encode())
    for _ in range(rng.randrange(1, 9)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return raw.decode(errors="replace")


KINDS: dict[str, Maker] = {f.__name__: f for f in (any_planes, dense, mutated, joined, foreign_bytes)}


def difference(model: Model, pipeline: Any, texts: Sequence[str]) -> float:  # noqa: ANN401 - scikit-learn has no types
    """Return by how much the kernel's probabilities differ at most from the pipeline's over the canonical windows."""
    cuts: list[str] = []
    owners: list[int] = []
    for post, text in enumerate(texts):
        tokens = [token.text for token in model.normalise(text).tokens]
        for start, end in windows(len(tokens), model.table.window):
            cuts.append(" ".join(tokens[start:end]))
            owners.append(post)
    chances = pipeline.predict_proba(cuts)
    expected = np.full((len(texts), chances.shape[1]), -np.inf)
    np.maximum.at(expected, owners, chances)
    return float(np.abs(sigmoid(model.compiled.logits(texts)) - expected).max())


def bytes_differ(model: Model, rng: random.Random, posts: Sequence[str]) -> bool:
    """Tell whether bytes that are no UTF-8 score other than the text that Python reads in them."""
    raw = []
    for _ in range(BATCH):
        one = bytearray(rng.choice(posts).encode() if rng.random() < 0.5 else rng.randbytes(rng.randrange(60)))
        for _ in range(min(len(one), 5)):
            one[rng.randrange(len(one))] = rng.randrange(256)
        raw.append(bytes(one))
    data, offsets = np.frombuffer(b"".join(raw), np.uint8), np.cumsum([0, *map(len, raw)])
    found = model.compiled.explain_arrow(data, offsets, 5, -np.inf)
    expected = model.compiled.explain([r.decode(errors="replace") for r in raw], 5, -np.inf)
    pairs = zip(found.__slots__, found.__slots__, strict=True)
    return not all(np.array_equal(getattr(found, a), getattr(expected, b)) for a, b in pairs)


@apart
def _hashes(seed: np.uint64, letters: Any, size: int, found: Any) -> None:  # noqa: ANN401 - numba's
    for i in range(len(found)):
        found[i] = word_hash(seed, letters, i * size, size)


def chains(model: Model, rng: random.Random) -> float:
    """Return how many times as long unknown words take whose search begins in the longest run of full slots."""
    from classifier.kernel.building import Builder, dictionary

    words = dictionary(Builder(model.table, model.lexicon).words, words=True)
    size, full = 8, np.concatenate([words.slots, words.slots]) != 0
    ends = np.flatnonzero(~full)
    longest = int(np.argmax(np.diff(ends)))
    first, last = int(ends[longest]) + 1, int(ends[longest + 1])
    letters = np.array(rng.choices(range(97, 123), k=size * CANDIDATES), dtype=np.uint32)
    found = np.zeros(CANDIDATES, dtype=np.uint64)
    _hashes(words.seed[0], np.pad(letters, (0, 8)), size, found)
    at = found & np.uint64(len(words.slots) - 1)
    hits = np.flatnonzero((at >= first) & (at < min(first + 4, last)))[:200]
    texts = ["".join(map(chr, letters[i * size : (i + 1) * size])) for i in hits.tolist()]
    others = ["".join(map(chr, letters[i * size : (i + 1) * size])) for i in range(len(texts))]
    seconds = []
    for chosen in (texts, others):
        post = " ".join(chosen * 10)
        tries = []
        for _ in range(20):
            started = time.process_time()
            model.compiled.one(post)
            tries.append(time.process_time() - started)
        seconds.append(min(tries))
    print(f"longest run {last - first} slots, {len(texts)} words in it")
    return seconds[0] / seconds[1]


def sources(options: Any, posts: Sequence[str], rng: random.Random) -> Iterator[tuple[str, Iterator[str]]]:  # noqa: ANN401 - argparse
    """Yield every kind of text."""
    for path in options.data:
        rows = read_posts(str(path), sys.stdin.buffer)
        yield path.name, (row.text for row in rows if isinstance(row, Post))
    yield "seed posts", iter(posts)
    for name, make in KINDS.items():
        yield name, (make(rng, posts) for _ in range(options.texts // len(KINDS)))


def main() -> int:
    """Run everything; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models")
    parser.add_argument("--data", type=Path, nargs="*", default=[])
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="by default another one each time")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() % 1_000_000
    rng, model = random.Random(seed), load(options.models)
    pipeline = joblib.load(io.BytesIO(model.bundle.read("pipeline.joblib")))
    posts = sorted({post.text for post in generate(read_seeds(default_seeds()), seed, 1)})
    print(f"seed {seed}")
    largest = 0.0
    for name, texts in sources(options, posts, rng):
        count, here = 0, 0.0
        for batch in batched(texts, BATCH):
            here, count = max(here, difference(model, pipeline, batch)), count + len(batch)
        print(f"{name}: {count:,} texts, largest difference {here:.2g}", flush=True)
        largest = max(largest, here)
    wrong = any(bytes_differ(model, rng, posts) for _ in range(max(options.texts // BATCH // 2, 1)))
    print(f"bytes that are no UTF-8: {'DIFFER from' if wrong else 'as'} what Python reads in them")
    print(f"words chosen against the table take {chains(model, rng):.2f} × as long as others")
    return int(largest > BOUND or wrong)


if __name__ == "__main__":
    sys.exit(main())
