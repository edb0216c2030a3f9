"""The model card: what a version is, what it was made from, how well it does and what it must not be used for."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

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
