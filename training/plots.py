"""Plots as PNG bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any


def reliability_plot(bins: Sequence[dict[str, Any]]) -> bytes:
    """Draw predicted against observed shares, with the number of posts below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    above.plot([0, 1], [0, 1], color="0.7", linewidth=1, label="perfectly calibrated")
    above.plot([b["predicted"] for b in bins], [b["observed"] for b in bins], "o-", color="#1f5f8b", label="this model")
    above.set(ylabel="observed share of harmful posts", xlim=(0, 1), ylim=(0, 1))
    above.set_title("Reliability on held-out families (synthetic posts)", fontsize=10)
    above.legend(frameon=False, loc="upper left")
    below.bar([b["from"] + 0.05 for b in bins], [b["posts"] for b in bins], width=0.09, color="#1f5f8b")
    below.set(xlabel="predicted risk", ylabel="posts", yscale="log")
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()
