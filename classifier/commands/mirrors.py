"""``watchword mirrors build | match | clusters | withdraw``: content that comes back on other accounts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classifier.batches import batched
from classifier.bundle import open_bundle
from classifier.commands.score import ModelReference, ModelsFolder, Rejects
from classifier.errors import InputError
from classifier.files import read_posts
from classifier.mirrors import (
    Background,
    Builder,
    Clusterer,
    Key,
    Match,
    MirrorIndex,
    create_key,
    load,
    read_key,
    save,
)
from classifier.mirrors.clusters import COMMONPLACE, account_count
from classifier.mirrors.index import LEAST_BITS, THRESHOLD
from classifier.mirrors.store import withdraw as withdraw_entries
from classifier.types import Post

#: Posts matched at once.
BATCH = 8192
FILES = ".jsonl, .csv or .parquet (.gz, .zst), or - for JSONL on standard input."

Source = Annotated[str, typer.Argument(help=FILES)]
KeyFile = Annotated[Path, typer.Option("--key", help="The key file of the index; a partner has one of its own.")]
Threshold = Annotated[float, typer.Option(min=0.2, max=1.0, help="Least similarity, 0 to 1.")]
Rarity = Annotated[float, typer.Option("--rarity", min=0, help="Least bits of the words that two posts share.")]
Ordinary = Annotated[
    str | None, typer.Option("--background", help="Ordinary posts of yours: phrases that many share count for nothing.")
]
Shared = Annotated[int, typer.Option(min=2, help="So many accounts of the background make a phrase commonplace.")]


def build(  # noqa: PLR0913, PLR0917 - options of a command
    posts: Source,
    out: Annotated[Path, typer.Option("--out", help="The folder of the index.")],
    key: KeyFile,
    background: Ordinary = None,
    shared_by: Shared = 20,
    threshold: Threshold = THRESHOLD,
    rarity: Rarity = LEAST_BITS,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
    *,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Keep canonical text, to show the words that copies drop.")
    ] = False,
) -> None:
    """Make an index of confirmed posts; the key is made too where there is none."""
    rejects = Rejects()
    fresh = not key.exists()
    secret = create_key(key) if fresh else read_key(key)
    known = _background(models, model, background, secret, shared_by)
    builder = Builder(secret, known, threshold, rarity, keep_text)
    index = builder.build(rejects.pass_over(read_posts(posts, sys.stdin.buffer)))
    save(index, out)
    console = Console(stderr=True, highlight=False)
    if fresh:
        console.print(f"new key {key}: keep it apart from the index; without it the index is of no use", soft_wrap=True)
    console.print(f"{len(index)} posts in {out}", soft_wrap=True)
    if builder.commonplace:
        console.print(
            f"{len(builder.commonplace)} left out: nothing in them is rare enough to be recognised by "
            f"(the first: {builder.commonplace[0]})",
            markup=False,
            soft_wrap=True,
        )
    _finish(rejects, posts)


def match(
    posts: Source,
    index: Annotated[Path, typer.Option("--index", help="The folder of the index.")],
    key: KeyFile,
    output: Annotated[Path | None, typer.Option(help="Write JSONL here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Entries named a post.")] = 5,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Threads.")] = 1,
) -> None:
    """Find the posts that repeat a confirmed one, with the words added and dropped; each is a proposal to review."""
    rejects = Rejects()
    opened = load(index, read_key(key))
    found = matches(opened, rejects.pass_over(read_posts(posts, sys.stdin.buffer)), limit, workers)
    if output is None and sys.stdout.isatty():
        _show(found, Console())
    else:
        _write((record(post, entries) for post, entries in found), output)
    _finish(rejects, posts)


def clusters(  # noqa: PLR0913, PLR0917 - options of a command
    posts: Source,
    output: Annotated[Path | None, typer.Option(help="Write JSONL here.")] = None,
    commonplace: Annotated[
        int, typer.Option(min=2, help="What more accounts than this share is left out.")
    ] = COMMONPLACE,
    background: Ordinary = None,
    shared_by: Shared = 20,
    threshold: Threshold = THRESHOLD,
    rarity: Rarity = LEAST_BITS,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
) -> None:
    """Find the posts of an archive that say the same, largest clusters first."""
    from classifier.mirrors.keys import OPEN

    rejects = Rejects()
    known = _background(models, model, background, OPEN, shared_by)
    collected = Clusterer(known, threshold, rarity)
    ids: list[str] = []
    accounts: list[str | None] = []
    times: list[str | None] = []
    for batch in batched(rejects.pass_over(read_posts(posts, sys.stdin.buffer)), BATCH):
        collected.add([post.text for post in batch])
        ids += [post.id for post in batch]
        accounts += [post.account for post in batch]
        times += [post.created_at for post in batch]
    groups = collected.clusters().groups(accounts, commonplace)
    _write(
        (
            {
                "posts": len(group),
                "accounts": account_count(accounts[i] for i in group),
                "first": min(filter(None, (times[i] for i in group)), default=None),
                "last": max(filter(None, (times[i] for i in group)), default=None),
                "ids": [ids[i] for i in group],
            }
            for group in (g.tolist() for g in groups)
        ),
        output,
    )
    _finish(rejects, posts)


def withdraw(
    index: Annotated[Path, typer.Argument(help="The folder of the index.")],
    ids: Annotated[list[str], typer.Argument(help="The entries' ids.")],
    key: KeyFile,
) -> None:
    """Take entries out of an index; nothing of them is left in it."""
    left = withdraw_entries(index, read_key(key), ids)
    Console(stderr=True, highlight=False).print(f"{left} posts left in {index}", soft_wrap=True)


def matches(index: MirrorIndex, posts: Iterator[Post], limit: int, workers: int) -> Iterator[tuple[Post, list[Match]]]:
    """Yield the posts that match something, with what they match."""
    for batch in batched(posts, BATCH):
        pairs = zip(batch, index.match(batch, limit, workers), strict=True)
        yield from ((post, entries) for post, entries in pairs if entries)


def record(post: Post, entries: list[Match]) -> dict[str, Any]:
    """Return a match as it is written; it proposes, it decides nothing."""
    return {
        "id": post.id,
        "proposal": "review",
        "matches": [
            {
                "entry": entry.entry,
                "similarity": round(entry.similarity, 4),
                "added": list(entry.added),
                "dropped": entry.dropped if entry.dropped_words is None else list(entry.dropped_words),
            }
            for entry in entries
        ],
    }


def _background(models: Path, model: str | None, traffic: str | None, key: Key, least: int) -> Background:
    known = Background.of(open_bundle(models, model).table())
    if traffic is None:
        return known
    posts = (post for post in read_posts(traffic, sys.stdin.buffer) if isinstance(post, Post))
    return known.learn(posts, key, least)


def _write(records: Iterator[dict[str, Any]], output: Path | None) -> None:
    def write(out: IO[str]) -> None:
        for one in records:
            out.write(json.dumps(one, ensure_ascii=False) + "\n")

    if output is None:
        write(sys.stdout)
        return
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as out:
            write(out)
        draft.replace(output)
    except OSError as error:
        msg = f"{output} cannot be written: {error.strerror}"
        raise InputError(msg) from error
    finally:
        draft.unlink(missing_ok=True)


def _show(found: Iterator[tuple[Post, list[Match]]], console: Console) -> None:
    table = Table(expand=True)
    for heading, ratio in (("post", 2), ("may repeat", 2), ("alike", 1), ("added", 4), ("dropped", 3)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    for post, entries in found:
        for entry in entries:
            dropped = f"{entry.dropped} words" if entry.dropped_words is None else " ".join(entry.dropped_words)
            cells = (post.id, entry.entry, f"{entry.similarity:.2f}", " ".join(entry.added), dropped)
            table.add_row(*(Text("".join(c if c.isprintable() else "·" for c in cell)) for cell in cells))
    console.print(table)
    console.print("Each is a proposal to look at the post, not a finding.")


def _finish(rejects: Rejects, source: str) -> None:
    rejects.report(source)
    if rejects.count:
        raise typer.Exit(1)
