"""Plots as PNG bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#1f5f8b", "#b5541c", "#8a8f98"
DPI = 130


def reliability_plot(
    bins: Sequence[dict[str, Any]], title: str = "Reliability on held-out families (synthetic posts)"
) -> bytes:
    """Draw predicted against observed shares with their exact 95 % intervals, and the number of posts below."""
    from training.guarantees import share_interval

    figure = _figure(5, 5.2)
    above, below = figure.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    above.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="perfectly calibrated")
    predicted = np.array([b["predicted"] for b in bins])
    observed = np.array([b["observed"] for b in bins])
    around = [share_interval(round(b["observed"] * b["posts"]), b["posts"]) or (0.0, 1.0) for b in bins]
    reach = np.array([[o - low, high - o] for o, (low, high) in zip(observed, around, strict=True)]).reshape(-1, 2).T
    above.errorbar(
        predicted, observed, yerr=reach.clip(0), fmt="o-", color=BLUE, capsize=2.5, linewidth=1.3, label="this model"
    )
    above.set(ylabel="observed share of harmful posts", xlim=(0, 1), ylim=(-0.02, 1.02))
    above.set_title(title, fontsize=10, loc="left")
    above.legend(frameon=False, loc="upper left", fontsize=9)
    below.bar([b["from"] + 0.05 for b in bins], [b["posts"] for b in bins], width=0.09, color=BLUE)
    below.set(xlabel="predicted risk", ylabel="posts", yscale="log")
    below.set_ylim(0.8, 2 * max((b["posts"] for b in bins), default=1))
    below.yaxis.set_minor_formatter("")
    return _png(figure)


def precision_recall_plot(
    labels: NDArray[np.bool_],
    scores: NDArray[np.float64],
    operating: Mapping[str, float],
    rule: NDArray[np.bool_],
) -> bytes:
    """Draw precision against recall with its bootstrap band.

    Parameters
    ----------
    labels, scores
        Truth and risk of each post, both classes present.
    operating
        Thresholds to mark, by band.
    rule
        What the rule "names a group or an organisation" would show, as a point to beat.
    """
    from sklearn.metrics import precision_recall_curve

    from training.bootstrap import curve_band

    figure = _figure(5, 4.4)
    axes = figure.subplots()
    precision, recall, _ = precision_recall_curve(labels, scores)
    at = np.linspace(0.01, 1, 100)
    low, high = curve_band(labels, scores, at)
    axes.fill_between(at, low, high, color=BLUE, alpha=0.18, linewidth=0, label="95 % of resamples")
    axes.plot(recall, precision, color=BLUE, linewidth=1.5, label="this model")
    base = float(labels.mean())
    axes.axhline(base, color=GREY, linewidth=1, linestyle="--", label=f"chance ({base:.0%} of the file is harmful)")
    if rule.any():
        axes.plot(
            rule[labels].mean(),
            labels[rule].mean(),
            "D",
            color=ORANGE,
            markersize=6,
            label="names a group or organisation",
        )
    for name, threshold in operating.items():
        shown = scores >= threshold
        if shown.any():
            axes.plot(shown[labels].mean(), labels[shown].mean(), "o", color="black", markersize=6)
            axes.annotate(name, (shown[labels].mean(), labels[shown].mean()), xytext=(7, 5), textcoords="offset points")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.03))
    axes.legend(frameon=False, fontsize=8, loc="lower left" if base < 0.35 else "best")  # noqa: PLR2004 - keeps off the line
    return _png(figure)


def slices_plot(rows: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Draw the AUC of each slice that has both classes, with its interval."""
    drawn = [(name, row) for name, row in rows.items() if row["auc"] is not None]
    figure = _figure(6.4, 0.9 + 0.3 * max(len(drawn), 1))
    axes = figure.subplots()
    for place, (name, row) in enumerate(drawn):
        low, high = row["auc_interval"]
        axes.plot([low, high], [place, place], color=BLUE, linewidth=1.4)
        axes.plot(row["auc"], place, "o", color=BLUE, markersize=5)
        axes.annotate(f"{row['auc']:.2f}", (high, place), xytext=(6, -3), textcoords="offset points", fontsize=8)
        if name == "all":
            axes.axvline(row["auc"], color=GREY, linewidth=0.8, linestyle=":")
    axes.axvline(0.5, color=GREY, linewidth=1, linestyle="--")
    axes.set_yticks(range(len(drawn)), [f"{name}  ({row['posts']})" for name, row in drawn], fontsize=8.5)
    lowest = min((row["auc_interval"][0] for _, row in drawn), default=0.5)
    axes.set(xlabel="AUC with 95 % interval (posts in brackets)", xlim=(min(0.45, lowest - 0.03), 1.06))
    axes.invert_yaxis()
    return _png(figure)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _png(figure: Figure) -> bytes:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, color="0.92", linewidth=0.7)
        axes.set_axisbelow(True)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()
