"""The check before publishing: the table must score as the pipeline does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.errors import ModelError
from classifier.scoring import Scorer, sigmoid

if TYPE_CHECKING:
    from training.trainer import Trained

LARGEST_DIFFERENCE = 1e-6


def check_parity(trained: Trained) -> float:
    """Score a sample of held-out windows both ways and return the largest difference.

    Raises
    ------
    ModelError
        If it is over 1e-6: the table would not be the model.
    """
    texts = trained.sample
    scorer = Scorer(trained.table)
    table = np.stack([sigmoid(scorer.window_logits(text.split(" ") if text else [])) for text in texts])
    difference = float(np.abs(table - trained.pipeline.predict_proba(texts)).max())
    if difference > LARGEST_DIFFERENCE:
        msg = f"the table differs from the pipeline by {difference:.2g}; nothing was published; please report this"
        raise ModelError(msg)
    return difference
