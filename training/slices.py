"""Figures that must not fall from one version to the next, each with how many cases it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from training.labelled import Labelled

#: What no version may leave unmeasured once the version in use has it.
ALWAYS = "politics_and_protest"
#: A slice may always fall by what so many of its cases weigh.
CASES = 2


class Share(NamedTuple):
    """A figure between 0 and 1, higher is better."""

    name: str
    value: float
    cases: int


def held_out_shares(metrics: Mapping[str, Any]) -> Iterator[Share]:
    """Yield the figures of ``metrics.json``: AUC overall, a language, a category; look-alikes left alone, a kind."""
    overall = metrics.get("overall", {})
    if overall.get("auc") is not None:
        yield Share("AUC", overall["auc"], overall["posts"])
    for part, name in (("languages", "AUC in {}"), ("categories", "AUC of {}")):
        for key, figures in metrics.get(part, {}).items():
            if figures.get("auc") is not None:
                yield Share(name.format(key), figures["auc"], figures["positives"])
    for kind, figures in metrics.get("kinds", {}).items():
        yield Share(f"share of {kind} left alone", 1 - figures["reviewed"], figures["posts"])


def golden_shares(posts: Sequence[Labelled], bands: Iterable[str]) -> Iterator[Share]:
    """Yield the shares of labelled posts that are banded right: harm put up or flagged, the rest left alone."""
    groups: dict[str, list[bool]] = {"posts banded right": []}
    for post, band in zip(posts, bands, strict=True):
        right = (band in {"review", "flag"}) == post.harmful
        for name in ("posts", *post.categories, *([post.kind] if post.kind else [])):
            groups.setdefault(f"{name} banded right", []).append(right)
    yield from (Share(name, sum(right) / len(right), len(right)) for name, right in groups.items())


def worse(old: Iterable[Share], new: Iterable[Share], margin: float) -> Iterator[str]:
    """Yield in words which figures fall by more than the margin, and by more than two cases weigh."""
    after = {share.name: share for share in new}
    for before in old:
        share = after.get(before.name)
        if share is None:
            if ALWAYS in before.name:
                yield f"{before.name} is not measured any more (was {before.value:.3f})"
        elif share.value < before.value - max(margin, CASES / max(min(before.cases, share.cases), 1)):
            yield f"{before.name} falls from {before.value:.3f} to {share.value:.3f}"
