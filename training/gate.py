"""The gate before a version is put to use: it must not do worse than the one in use, on any slice, beyond a stated margin.

Compared are the figures that both versions carry in ``metrics.json`` (families held out whole: AUC overall, per language and
per harm category; share of each look-alike kind left alone), the functional suite where there is one, and the owner's golden
set where one is given. A slice may always fall by what two of its cases weigh, so that a small one does not refuse by chance.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.bundle import Bundle, open_bundle
from classifier.errors import ModelError
from training import pointer
from training.slices import golden_shares, held_out_shares, worse
from training.suite import default_suite, functional_shares, judge_on

MARGIN = 0.02
NUMBERS = ("table.npz", "lexicon.json")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a candidate is measured by.

    Attributes
    ----------
    margin
        How much worse a figure may be: 0.02 of AUC, two points of a share.
    golden
        Labelled posts on which the candidate's bands must not be worse.
    suite
        The folder of the functional suite.
    """

    margin: float = MARGIN
    golden: Path | None = None
    suite: Path | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A move of the pointer.

    Attributes
    ----------
    name
        The version now in use.
    reasons
        What the gate had against it; there are some only where it was forced.
    """

    name: str
    reasons: tuple[str, ...] = ()


def promote_checked(
    models: Path, reference: str, yardstick: Yardstick | None = None, *, force: bool = False
) -> Promotion:
    """Point at a version unless it does worse than the one in use.

    Parameters
    ----------
    models
        The models folder.
    reference
        The candidate.
    yardstick
        What it is measured by; by default the repository's suite and `MARGIN`.
    force
        Promote all the same, and have every result say so.

    Raises
    ------
    ModelError
        With every reason, if the gate refuses.
    """
    yardstick = yardstick or Yardstick(suite=default_suite())
    candidate = open_bundle(models, reference)
    candidate.verify()
    reasons = tuple(losses(candidate, _in_use(models), yardstick))
    if reasons and not force:
        listed = "".join(f"\n  - {reason}" for reason in reasons)
        msg = (
            f"{candidate.name} is not promoted: it does worse than the version in use by more than {yardstick.margin:g}:"
            f"{listed}\nlook closer with `watchword evaluate --against`; `watchword models promote {candidate.name} --force` "
            "promotes it all the same, and every result will say so"
        )
        raise ModelError(msg)
    return Promotion(pointer.promote(models, candidate.name, forced=bool(reasons), reasons=reasons), reasons)


def _in_use(models: Path) -> Bundle | None:
    """Return the version in use, or None where there is none that this release can use: then nothing is to be protected."""
    try:
        bundle = open_bundle(models)
        bundle.verify()
    except ModelError:
        return None
    return bundle


def losses(candidate: Bundle, incumbent: Bundle | None, yardstick: Yardstick) -> Iterator[str]:
    """Yield in words where a candidate does worse than the version in use."""
    if incumbent is None or incumbent.name == candidate.name:
        return
    for where, found in (
        ("on families held out", _on_held_out(candidate, incumbent, yardstick)),
        ("on the functional suite", _on_suite(candidate, incumbent, yardstick)),
        ("on the golden set", _on_golden(candidate, incumbent, yardstick)),
    ):
        yield from (f"{where}, {loss}" for loss in found)


def _on_held_out(candidate: Bundle, incumbent: Bundle, yardstick: Yardstick) -> Iterator[str]:
    old, new = (held_out_shares(json.loads(bundle.read("metrics.json"))) for bundle in (incumbent, candidate))
    return worse(old, new, yardstick.margin)


def _on_suite(candidate: Bundle, incumbent: Bundle, yardstick: Yardstick) -> Iterator[str]:
    """Compare on the suite, which knows no bands: versions with the same numbers are equal on it."""
    if yardstick.suite is None or all(
        candidate.manifest["files"][f] == incumbent.manifest["files"][f] for f in NUMBERS
    ):
        return iter(())
    from classifier.model import Model

    old, new = (functional_shares(judge_on(Model(bundle), yardstick.suite)) for bundle in (incumbent, candidate))
    return worse(old, new, yardstick.margin)


def _on_golden(candidate: Bundle, incumbent: Bundle, yardstick: Yardstick) -> Iterator[str]:
    if yardstick.golden is None:
        return iter(())
    from classifier.model import Model
    from training.labelled import read_all

    posts = read_all(yardstick.golden, sys.stdin.buffer)
    texts = [post.text for post in posts]
    old, new = (
        golden_shares(posts, [result.band for result in Model(bundle).score(texts, terms=0)])
        for bundle in (incumbent, candidate)
    )
    return worse(old, new, yardstick.margin)
