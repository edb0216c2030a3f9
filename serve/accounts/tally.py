"""The rows of the report: one an account, one a network, one a post behind the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from classifier.columns import CATEGORY_COLUMNS
from classifier.labels import CATEGORIES
from serve.accounts.collect import NEVER, UNDER_REVIEW, Collected
from serve.accounts.interval import wilson
from serve.accounts.networks import Networks
from serve.archive.scored import Scored

#: What every row says of itself.
STATUS = "proposed by a model; nothing here is confirmed by a person"
#: A category is named for a post if its probability is so high; the strongest always is.
NAMED = 0.5
Row = dict[str, Any]

_SHARE = [
    pa.field("posts", pa.int64()),
    pa.field("under_review", pa.int64()),
    pa.field("share", pa.float64()),
    pa.field("share_low", pa.float64()),
    pa.field("share_high", pa.float64()),
]
_TIMES = [pa.field("first_seen", pa.timestamp("us", tz="UTC")), pa.field("last_seen", pa.timestamp("us", tz="UTC"))]
ACCOUNTS = pa.schema(
    [
        pa.field("account", pa.string()),
        *_SHARE,
        pa.field("categories", pa.map_(pa.string(), pa.int64())),
        *_TIMES,
        pa.field("mirrored_posts", pa.int64()),
        pa.field("mirrored_contents", pa.int64()),
        pa.field("network", pa.int64()),
        pa.field("status", pa.string()),
    ]
)
NETWORKS = pa.schema(
    [
        pa.field("network", pa.int64()),
        pa.field("accounts", pa.int64()),
        pa.field("contents", pa.int64()),
        pa.field("mirrored_posts", pa.int64()),
        *_SHARE,
        *_TIMES,
        pa.field("members", pa.list_(pa.string())),
        pa.field("status", pa.string()),
    ]
)
POSTS = pa.schema(
    [
        pa.field("account", pa.string()),
        pa.field("id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("row", pa.int64()),
        pa.field("created_at", pa.string()),
        pa.field("band", pa.string()),
        pa.field("urgency", pa.string()),
        pa.field("categories", pa.list_(pa.string())),
        pa.field("reasons", pa.list_(pa.string())),
        pa.field("content", pa.int64()),
        pa.field("lang", pa.string()),
        pa.field("url", pa.string()),
        pa.field("text", pa.string()),
        pa.field("status", pa.string()),
    ]
)
_WANTED = [
    "account", "id", "source", "row", "created_at", "band", "urgency", "terms", "lang", "url", "text", *CATEGORY_COLUMNS,
]  # fmt: skip


def account_rows(
    posts: Collected, networks: Networks, names: list[str], behind: list[Row], *, every: bool
) -> list[Row]:
    """Return a row an account, the highest lower end of its share under review first.

    Parameters
    ----------
    posts, networks
        The posts, and what they mirror.
    names
        What to call each account.
    behind
        The posts under review, as `post_rows` gives them.
    every
        Whether accounts without a post under review have a row.
    """
    count = len(names)
    totals = np.bincount(posts.account, minlength=count)
    reviewed = np.bincount(posts.account[posts.reviewed], minlength=count)
    first, last = _span(posts.moment, posts.account, count)
    mirrored = np.bincount(posts.account[networks.content > 0], minlength=count)
    contents = _distinct(posts.account, networks.content, count)
    kinds: dict[str, dict[str, int]] = {}
    for row in behind:
        kind = kinds.setdefault(row["account"], dict.fromkeys(CATEGORIES, 0))
        for category in row["categories"]:
            kind[category] += 1
    rows = [
        {
            "account": names[i],
            **_share(int(reviewed[i]), int(totals[i])),
            "categories": {k: n for k, n in sorted(kinds.get(names[i], {}).items(), key=lambda p: -p[1]) if n},
            "first_seen": _stamp(first[i]),
            "last_seen": _stamp(last[i]),
            "mirrored_posts": int(mirrored[i]),
            "mirrored_contents": int(contents[i]),
            "network": int(networks.network[i]) or None,
            "status": STATUS,
        }
        for i in range(count)
        if every or reviewed[i]
    ]
    return sorted(rows, key=_order)


def network_rows(posts: Collected, networks: Networks, names: list[str], *, every: bool) -> list[Row]:
    """Return a row a network; parameters and order are those of `account_rows`."""
    count = networks.count + 1
    owner = networks.network[posts.account] if len(posts.account) else posts.account
    totals = np.bincount(owner, minlength=count)
    reviewed = np.bincount(owner[posts.reviewed], minlength=count)
    first, last = _span(posts.moment, owner, count)
    mirrored = np.bincount(owner[networks.content > 0], minlength=count)
    contents = _distinct(owner, networks.content, count)
    members: list[list[str]] = [[] for _ in range(count)]
    for name, network in zip(names, networks.network.tolist(), strict=True):
        members[network].append(name)
    rows = [
        {
            "network": i,
            "accounts": len(members[i]),
            "contents": int(contents[i]),
            "mirrored_posts": int(mirrored[i]),
            **_share(int(reviewed[i]), int(totals[i])),
            "first_seen": _stamp(first[i]),
            "last_seen": _stamp(last[i]),
            "members": sorted(members[i]),
            "status": STATUS,
        }
        for i in range(1, count)
        if every or reviewed[i]
    ]
    return sorted(rows, key=_order)


def post_rows(
    scored: Scored, posts: Collected, networks: Networks, called: dict[str, str], *, urls: bool
) -> Iterator[Row]:
    """Yield the posts under review, with the words that speak for it.

    Parameters
    ----------
    scored
        The folder.
    posts, networks
        What was collected of it.
    called
        What to call each account.
    urls
        Whether to tell addresses, which often name the account.
    """
    contents = dict(zip(posts.place[posts.reviewed].tolist(), networks.content[posts.reviewed].tolist(), strict=True))
    first = 0
    for batch in scored.batches(_WANTED):
        rows = [i for i in range(len(batch)) if first + i in contents]
        for i, row in zip(rows, batch.take(pa.array(rows, pa.int64())).to_pylist(), strict=True):
            yield {
                "account": called[row["account"]],
                **{name: row[name] for name in ("id", "source", "row", "created_at", "band", "urgency")},
                "categories": _categories([row[name] for name in CATEGORY_COLUMNS]),
                "reasons": [t["text"] for t in row["terms"] if t["weight"] > 0 and t["text"] is not None],
                "content": contents[first + i] or None,
                "lang": row["lang"],
                "url": row["url"] if urls else None,
                "text": row["text"],
                "status": STATUS,
            }
        first += len(batch)


def _categories(chances: list[float]) -> list[str]:
    order = sorted(range(len(chances)), key=lambda i: -chances[i])
    return [CATEGORIES[i] for rank, i in enumerate(order) if rank == 0 or chances[i] >= NAMED]


def _share(count: int, total: int) -> Row:
    low, high = wilson(count, total)
    share = count / total if total else 0.0
    return {"posts": total, "under_review": count, "share": share, "share_low": low, "share_high": high}


def _order(row: Row) -> tuple[float, int, str]:
    return -row["share_low"], -row["under_review"], str(row.get("account") or row["network"])


def _span(moments: NDArray[np.int64], owner: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], ...]:
    """Return the first and last moment of each owner, `NEVER` where none is known."""
    known = moments != NEVER
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, NEVER)
    np.minimum.at(first, owner[known], moments[known])
    np.maximum.at(last, owner[known], moments[known])
    return np.where(last == NEVER, NEVER, first), last


def _stamp(moment: np.int64) -> Any:  # noqa: ANN401 - a datetime, or None
    return None if moment == NEVER else pa.scalar(int(moment), pa.timestamp("us", tz="UTC")).as_py()


def _distinct(owner: NDArray[np.int64], content: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return how many contents each owner posted."""
    pairs = np.unique(np.stack([owner, content], axis=1)[content > 0], axis=0)
    return np.bincount(pairs[:, 0], minlength=count)


__all__ = [
    "ACCOUNTS", "NETWORKS", "POSTS", "STATUS", "UNDER_REVIEW", "account_rows", "network_rows", "post_rows",
]  # fmt: skip
