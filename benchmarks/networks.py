"""Which planted mirror networks the accounts report finds: ``python benchmarks/networks.py --models models``.

An archive is made up: ordinary accounts, networks whose members post the same contents a little reworded beside posts of
their own, and what must not be taken for a network: blessings, one campaign text on more than a thousand accounts, and pairs
of accounts that share a single post. It is scored and reported as a user would; found and planted pairs are compared.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from itertools import combinations, cycle, islice
from pathlib import Path
from typing import Any

from mirrors import EDITS, SEED, made_up, seed_texts
from pages import machine, publish, table

from classifier import load
from classifier.mirrors import Background
from classifier.mirrors.background import STOCK_PHRASES
from classifier.mirrors.clusters import COMMONPLACE
from serve.accounts.networks import LEAST_SHARED
from serve.accounts.report import Options, make_report, write_report
from serve.archive.engines.local import LocalEngine
from serve.archive.fields import parse_mapping
from serve.archive.rescore import Options as RescoreOptions
from serve.archive.rescore import rescore
from serve.archive.scored import open_scored
from serve.archive.sources import find_files

CAMPAIGN, PAIRS, BLESSED = 1500, 500, 3000
#: Edits that leave most of a post as it was.
LIGHT = ("1 word replaced", "2 words replaced", "3 words moved", "look-alike letters", "5 words in front")
REWORDED = [EDITS[name] for name in LIGHT]
#: A member posts so many of its network's contents, and so many of its copies are reworded.
POSTED, CHANGED = 0.8, 0.7


def archive(options: Any) -> tuple[list[dict[str, str]], list[list[str]]]:  # noqa: ANN401 - parsed arguments
    """Return the posts, and the members of each planted network."""
    rng = random.Random(SEED)
    texts = [text for text, _ in seed_texts()]
    others = [word for text in texts for word in text.split()]
    fresh = made_up(texts, 10**9, rng)
    said: list[tuple[str, str]] = []
    accounts = [f"user{i}" for i in range(options.accounts)]
    networks, free = [], iter(rng.sample(accounts, len(accounts)))
    for _ in range(options.networks):
        members = list(islice(free, rng.randrange(3, 40)))
        networks.append(members)
        for content in islice(fresh, rng.randrange(3, 9)):
            for member in members:
                if rng.random() < POSTED:
                    words = content.split()
                    if rng.random() < CHANGED:
                        words = rng.choice(REWORDED)(words, rng, others)
                    said.append((member, " ".join(words)))
    for _ in range(PAIRS):
        one, other, text = next(free), next(free), next(fresh)
        said += [(one, text), (other, text)]
    campaign = next(fresh)
    said += [(account, campaign) for account in rng.sample(accounts, CAMPAIGN)]
    phrases = [line for line in STOCK_PHRASES.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for account in rng.sample(accounts, BLESSED):
        said += [(account, ", ".join(rng.sample(phrases, 3))) for _ in range(3)]
    said += [
        (account, text)
        for account, text in zip(cycle(accounts), islice(fresh, options.posts - len(said)), strict=False)
    ]
    rng.shuffle(said)
    return [{"id": str(i), "account": account, "text": text} for i, (account, text) in enumerate(said)], networks


def pairs(groups: list[list[str]]) -> set[tuple[str, str]]:
    """Return the pairs of accounts that are in one group."""
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", type=Path, default=Path("models"), help="the models folder")
    parser.add_argument("--posts", type=int, default=300_000, help="posts in the archive")
    parser.add_argument("--accounts", type=int, default=30_000, help="accounts that post")
    parser.add_argument("--networks", type=int, default=100, help="networks planted")
    parser.add_argument("--report", type=Path, help="where to write networks.md")
    options: Any = parser.parse_args(arguments)
    posts, planted = archive(options)
    model = load(options.models)
    with tempfile.TemporaryDirectory() as name:
        source, scored = Path(name) / "archive.jsonl", Path(name) / "scored"
        source.write_text("".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts), encoding="utf-8")
        rescore(find_files([str(source)]), model.bundle, scored, RescoreOptions(parse_mapping(())), LocalEngine(2))
        start = time.perf_counter()
        settings = Options(None, Background.of(model.table), COMMONPLACE, LEAST_SHARED, every=True)
        report = make_report(open_scored(scored), settings)
        made = time.perf_counter() - start
        write_report(report, Path(name) / "report")
        written = time.perf_counter() - start - made
    found = [row["members"] for row in report.networks]
    ours, theirs = pairs(found), pairs(planted)
    whole = sum(sorted(members) in found for members in planted)
    both = len(ours & theirs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = [
        "# Planted networks",
        "",
        f"`python benchmarks/networks.py` on {machine()}.",
        "",
        *table(
            ["accounts report", ""],
            [
                ["archive", f"{len(posts):,} posts of {options.accounts:,} accounts"],
                ["report made in", f"{made:.0f} s, written in {written:.0f} s, {memory:.2f} GB at most"],
                ["networks planted", f"{len(planted)}, of 3 to 39 accounts that share 3 to 8 contents"],
                ["networks found", f"{len(found)}, {whole} of them exactly as planted"],
                ["pairs of accounts, precision", f"{both / max(len(ours), 1):.4f}"],
                ["pairs of accounts, recall", f"{both / len(theirs):.4f}"],
            ],
        ),
        "",
        "A member posts each content with a chance of 0.8, seven of ten copies reworded (one or two words replaced, words moved,",
        "look-alike letters, words in front). Who posted fewer than two of them is tied to nobody: that is what recall misses.",
        f"In the archive, and rightly in no network: {BLESSED:,} accounts that post blessings, a campaign text on {CAMPAIGN:,}",
        f"accounts, {PAIRS} pairs of accounts that share one post.",
    ]
    publish(lines, options.report, "networks.md")


if __name__ == "__main__":
    main()
