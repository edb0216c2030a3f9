"""The report as pages: one of accounts and networks, one for each account that it lists."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from classifier.durable import write_whole
from serve.accounts.tally import STATUS, Row
from serve.pages.words import CATEGORIES

if TYPE_CHECKING:
    from serve.accounts.report import Report

#: Accounts and networks on the page, and posts on an account's own; the tables hold all of them.
LISTED, POSTS_LISTED, MEMBERS_LISTED = 200, 200, 12
PAGES = "pages"


def write_pages(report: Report, folder: Path) -> None:
    """Write ``index.html`` and the pages it leads to."""
    shutil.rmtree(folder / PAGES, ignore_errors=True)
    (folder / PAGES).mkdir()
    environment = Environment(
        loader=PackageLoader("serve.accounts"), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    environment.globals.update(status=STATUS, kinds=CATEGORIES, report=report)
    posts: dict[str, list[Row]] = defaultdict(list)
    for row in report.posts:
        posts[row["account"]].append(row)
    listed = report.accounts[:LISTED]
    pages = {row["account"]: f"{PAGES}/{number:04d}.html" for number, row in enumerate(listed, 1)}
    index = environment.get_template("accounts.html")
    _write(
        folder / "index.html",
        index.render(
            accounts=listed,
            networks=report.networks[:LISTED],
            pages=pages,
            members=MEMBERS_LISTED,
            posts=len(report.collected.account),
            reviewed=len(report.posts),
        ),
    )
    page = environment.get_template("account.html")
    for row in listed:
        own = sorted(posts[row["account"]], key=lambda post: post["urgency"])
        _write(
            folder / pages[row["account"]], page.render(row=row, posts=own[:POSTS_LISTED], more=len(own) - POSTS_LISTED)
        )


def _write(path: Path, text: str) -> None:
    write_whole(path, text.encode("utf-8", "replace"))
