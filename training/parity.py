"""The check before publishing: the table, and the compiled scorer on it, must score as the pipeline does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.compiled import CompiledScorer
from classifier.errors import ModelError
from classifier.scoring import Scorer, sigmoid

if TYPE_CHECKING:
    from training.trainer import Trained

LARGEST_DIFFERENCE = 1e-6


def check_parity(trained: Trained) -> float:
    """Score a sample of held-out windows by the pipeline, by the table and by the compiled scorer.

    Returns
    -------
    float
        The largest difference from the pipeline.

    Raises
    ------
    ModelError
        If it is over 1e-6: what is served would not be the model.
    """
    texts = trained.sample
    expected = trained.pipeline.predict_proba(texts)
    scorer = Scorer(trained.table)
    table = np.stack([scorer.window_logits(text.split(" ") if text else []) for text in texts])
    # canonical text reads as itself, so the compiled scorer may be given it
    compiled = CompiledScorer(trained.table, trained.lexicon).logits(texts)
    difference = float(max(np.abs(sigmoid(logits) - expected).max() for logits in (table, compiled)))
    if difference > LARGEST_DIFFERENCE:
        msg = f"the table differs from the pipeline by {difference:.2g}; nothing was published; please report this"
        raise ModelError(msg)
    return difference
