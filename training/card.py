"""The model card: what a version is, what it was made from, how well it does and what it must not be used for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from classifier.decide import Policy
from classifier.labels import CATEGORIES, GROUNDS
from classifier.masks import readable

if TYPE_CHECKING:
    from training.trainer import Trained

SHOWN_FEATURES = 15


def write_card(name: str, trained: Trained) -> str:
    """Return the card of a version as Markdown."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - Markdown
    environment.filters["percent"] = lambda v: "–" if v is None else f"{v:.1%}"
    environment.filters["figure"] = lambda v: "–" if v is None else f"{v:.3f}"
    template = environment.from_string((files("training") / "card.md.jinja").read_text(encoding="utf-8"))
    return template.render(
        name=name,
        metrics=trained.metrics,
        provenance=trained.provenance,
        policy=trained.policy,
        heads=(*GROUNDS, *CATEGORIES),
        top=top_features(trained),
        features=len(trained.table.words.terms) + len(trained.table.chars.terms),
    )


def top_features(trained: Trained) -> dict[str, list[str]]:
    """Return the words that speak most for each ground."""
    channel = trained.table.words
    order = (-channel.weights[:, : len(GROUNDS)]).argsort(axis=0)[:SHOWN_FEATURES]
    return {ground: [readable(channel.terms[row]) for row in order[:, i]] for i, ground in enumerate(GROUNDS)}


def annex_card(card: str, name: str, parent: str, policy: Policy, calibration: Mapping[str, Any]) -> str:
    """Return a parent's card with new bands: its figures stay, because the table does.

    Parameters
    ----------
    card
        The parent's card.
    name, parent
        The new version and the old one.
    policy
        The new bands.
    calibration
        What they were set on.
    """
    flag = "no post is flagged" if policy.flag is None else f"flag from risk {policy.flag:.4f}"
    bands = f"- **Bands** basis `{policy.basis}`: {policy.promise} Review from risk {policy.review:.4f}; {flag}."
    facts = "\n".join(f"- {key.replace('_', ' ')}: {_plain(value)}" for key, value in calibration.items())
    card = re.sub(r"^# Model .*$", lambda _: f"# Model {name}", card, count=1, flags=re.MULTILINE)
    card = re.sub(r"^- \*\*Bands\*\*.*$", lambda _: bands, card, count=1, flags=re.MULTILINE)
    card = re.sub(r"\n## How the bands were set\n.*?(?=\n## |\Z)", "", card, flags=re.DOTALL)
    annex = (
        f"\n## How the bands were set\nThe numbers are those of `{parent}`; its figures below, shares at the review threshold "
        f"among them, were measured with the bands it was trained with.\n\n{facts}\n"
    )
    place = card.find("\n## Not for")
    return card + annex if place < 0 else card[:place] + annex + card[place:]


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
