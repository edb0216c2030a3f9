"""The report of an evaluation: HTML and Markdown from the same figures, plots beside them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, StrictUndefined

from classifier.durable import write_whole
from classifier.masks import readable
from classifier.model import Model
from classifier.types import Post
from training.evaluation import NAMED, Evaluation
from training.identities import identity_figures, named_identities
from training.label_errors import likely_errors
from training.plots import precision_recall_plot, reliability_plot, slices_plot

SHOWN_ERRORS = 20
SHOWN_LABEL_ERRORS = 50
SHOWN_WORDS = 15
SHOWN_TERMS = 4
DASH = "–"


@dataclass(frozen=True)
class Report:
    """A report, ready to be written.

    Attributes
    ----------
    context
        Everything the templates show, ready for JSON except the plots.
    plots
        PNG bytes by file name.
    """

    context: dict[str, Any]
    plots: dict[str, bytes]

    def write(self, folder: Path) -> None:
        """Write ``report.html``, ``report.md``, ``metrics.json`` and ``plots/``; a page appears last, when all is there."""
        (folder / "plots").mkdir(parents=True, exist_ok=True)
        for name, data in self.plots.items():
            write_whole(folder / "plots" / name, data)
        write_whole(folder / "metrics.json", (json.dumps(self.context, indent=1, ensure_ascii=False) + "\n").encode())
        embedded = {name: base64.b64encode(data).decode() for name, data in self.plots.items()}
        for page, escape in (("report.md", False), ("report.html", True)):
            write_whole(folder / page, render(f"{page}.jinja", self.context, embedded, escape=escape).encode())


def render(template: str, context: Mapping[str, Any], plots: Mapping[str, str], *, escape: bool) -> str:
    """Return a page; plots are given as base64."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=escape)  # noqa: S701 - HTML is escaped, Markdown not
    environment.filters |= {"percent": _percent, "figure": _figure, "between": _between, "cell": _cell}
    source = (files("training") / template).read_text(encoding="utf-8")
    return environment.from_string(source).render(**context, plots=plots)


def _percent(value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value:.1%}" if value in {0, 1} or 0.01 <= value <= 0.99 else f"{value:.2%}"  # noqa: PLR2004 - rare shares need digits


def _figure(value: float | None) -> str:
    return DASH if value is None else f"{value:.3f}"


def _between(value: tuple[float, float] | None, shape: str = ".2f") -> str:
    return "" if value is None else f"[{value[0]:{shape}}, {value[1]:{shape}}]"


def _cell(value: object) -> str:
    """Return a value that cannot break out of a Markdown table."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def build(
    model: Model,
    evaluation: Evaluation,
    figures: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    comparison: Mapping[str, Any] | None = None,
    functional: Mapping[str, Any] | None = None,
    show_text: bool = False,
) -> Report:
    """Put a report together.

    Parameters
    ----------
    model
        The model judged.
    evaluation
        Its results on the file.
    figures
        What `Evaluation.figures` gave.
    data
        Name and SHA-256 of the file.
    comparison
        What `training.comparison.compare` gave, if another version was asked for.
    functional
        The model's figures on the functional suite, if there is one.
    show_text
        Whether words of the posts may stand in the report.
    """
    risks, harmful = evaluation.risks, evaluation.harmful
    rows = {"all": figures["overall"], **figures["slices"]}
    suspects = likely_errors(harmful, risks)
    context = {
        "model": model.name,
        "policy": {"basis": model.policy.basis, "promise": model.policy.promise, "review": model.policy.review},
        "flag": model.policy.flag,
        "learnt": learnt(model, data["sha256"]),
        "data": dict(data),
        "figures": figures,
        "rows": rows,
        "named": figures["slices"].get(NAMED),
        "identities": identity_figures(
            named_identities(model.normalise, evaluation.results), harmful, risks, evaluation.threshold
        ),
        "errors": confident_errors(model, evaluation, show_text=show_text),
        "show_text": show_text,
        "suspects": [_described(evaluation, i) for i in suspects[:SHOWN_LABEL_ERRORS]],
        "suspects_count": len(suspects),
        "weights": top_weights(model),
        "comparison": comparison,
        "functional": functional,
    }
    return Report(context, _plots(evaluation, figures, rows))


def learnt(model: Model, digest: str | None) -> bool:
    """Tell whether the model learnt from the very file, as far as its manifest knows."""
    return digest is not None and any(file.get("sha256") == digest for file in model.bundle.manifest.get("labels", ()))


def _plots(evaluation: Evaluation, figures: Mapping[str, Any], rows: Mapping[str, Any]) -> dict[str, bytes]:
    plots = {"reliability.png": reliability_plot(figures["reliability"], "Reliability on this file")}
    if evaluation.harmful.any() and not evaluation.harmful.all():
        bands = {"review": evaluation.threshold} | ({} if evaluation.flag is None else {"flag": evaluation.flag})
        plots["precision_recall.png"] = precision_recall_plot(
            evaluation.harmful, evaluation.risks, bands, evaluation.named
        )
        plots["slices.png"] = slices_plot(rows)
    return plots


def confident_errors(model: Model, evaluation: Evaluation, *, show_text: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the benign posts of highest risk and the harmful ones of lowest, as far as the bands have them wrong."""
    above = evaluation.risks >= evaluation.threshold
    alarms = np.flatnonzero(above & ~evaluation.harmful)
    misses = np.flatnonzero(~above & evaluation.harmful)
    found = {}
    for name, rows, order in (("false alarms", alarms, -evaluation.risks), ("misses", misses, evaluation.risks)):
        chosen = sorted(rows.tolist(), key=lambda i: float(order[i]))[:SHOWN_ERRORS]
        described = [_described(evaluation, i) for i in chosen]
        if show_text:
            posts = [Post(evaluation.posts[i].id, evaluation.posts[i].text) for i in chosen]
            for row, result in zip(described, model.score_posts(posts, SHOWN_TERMS), strict=True):
                row["terms"] = [f"{term.text} {term.weight:+.2f}" for term in result.terms]
        found[name] = described
    return found


def _described(evaluation: Evaluation, index: int) -> dict[str, Any]:
    post, result = evaluation.posts[index], evaluation.results[index]
    return {
        "id": post.id,
        "risk": result.risk,
        "band": result.band,
        "label": ", ".join(sorted(post.categories)) or post.kind or ("harmful" if post.harmful else "benign"),
        "lang": result.lang,
        "names": bool(evaluation.named[index]),
        "terms": [],
    }


def top_weights(model: Model) -> dict[str, dict[str, list[str]]]:
    """Return the words and word pairs that speak most for and against each head."""
    channel, found = model.table.words, {}
    for column, head in enumerate(model.table.heads):
        order = channel.weights[:, column].argsort()
        found[head] = {
            "for": [readable(channel.terms[i]) for i in order[::-1][:SHOWN_WORDS].tolist()],
            "against": [readable(channel.terms[i]) for i in order[:SHOWN_WORDS].tolist()],
        }
    return found
