"""The whole report: tables and pages in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from classifier.errors import ArchiveError
from classifier.mirrors import Background, Key
from serve.accounts.collect import Collected, collect
from serve.accounts.networks import LEAST_SHARED, Networks, find_networks
from serve.accounts.page import write_pages
from serve.accounts.tables import write_tables
from serve.accounts.tally import ACCOUNTS, NETWORKS, POSTS, Row, account_rows, network_rows, post_rows
from serve.archive.scored import Scored

PREFIX = "account-"


@dataclass(frozen=True)
class Options:
    """How to report.

    Attributes
    ----------
    key
        Makes the accounts' pseudonyms; None calls them by their ids.
    background
        What is commonplace; None looks for no mirrors.
    commonplace
        What more accounts than this share is no mirror.
    least_shared
        So many contents in common tie two accounts together.
    every
        Report accounts and networks without a post under review too.
    """

    key: Key | None
    background: Background | None
    commonplace: int
    least_shared: int = LEAST_SHARED
    every: bool = False


@dataclass(frozen=True)
class Report:
    """The rows of the report, and what it rests on."""

    accounts: list[Row]
    networks: list[Row]
    posts: list[Row]
    collected: Collected
    mirrors: Networks
    model: str
    pseudonyms: bool
    every: bool
    basis: str | None


def make_report(scored: Scored, options: Options) -> Report:
    """Return the report of a scored folder.

    Raises
    ------
    ArchiveError
        If no post of it has an account.
    """
    posts = collect(scored, options.background, options.commonplace)
    if not posts.names:
        msg = f"no post in {scored.path} has an account; name the column with `watchword rescore --map account=COLUMN`"
        raise ArchiveError(msg)
    mirrors = find_networks(posts, options.least_shared)
    key = options.key
    names = posts.names if key is None else [PREFIX + key.pseudonym(name) for name in posts.names]
    behind = list(post_rows(scored, posts, mirrors, dict(zip(posts.names, names, strict=True)), urls=key is None))
    return Report(
        account_rows(posts, mirrors, names, behind, every=options.every),
        network_rows(posts, mirrors, names, every=options.every),
        behind,
        posts,
        mirrors,
        scored.manifest.model,
        pseudonyms=key is not None,
        every=options.every,
        basis=_basis(scored),
    )


def _basis(scored: Scored) -> str | None:
    """Return what the bands rest on."""
    for batch in scored.batches(["basis"], 1):
        return str(batch["basis"][0].as_py())
    return None


def write_report(report: Report, folder: Path) -> None:
    """Write tables and pages; what an earlier report left is replaced.

    Raises
    ------
    ArchiveError
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_tables(folder, "accounts", report.accounts, ACCOUNTS)
        write_tables(folder, "networks", report.networks, NETWORKS)
        write_tables(folder, "posts", report.posts, POSTS)
        write_pages(report, folder)
    except OSError as error:
        msg = f"the report cannot be written to {folder}: {error.strerror}"
        raise ArchiveError(msg) from error
