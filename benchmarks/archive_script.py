"""What one would write by hand: an archive scored by pandas and a scikit-learn pipeline. ``INPUT OUTPUT TERMS MODELS``."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from classifier.bundle import open_bundle
from classifier.labels import HEADS

ROWS = 20_000


def strongest(pipeline: Any, texts: list[str], terms: int) -> list[str]:  # noqa: ANN401 - any fitted pipeline
    """Return the n-grams that weigh most in the first head, for each text."""
    features = pipeline[:-1]
    weights = np.asarray(pipeline[-1].estimators_[0].coef_).ravel()
    names = features.get_feature_names_out()
    matrix = features.transform(texts).tocsr()
    found = []
    for row in range(matrix.shape[0]):
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        shares = matrix.data[span] * weights[matrix.indices[span]]
        best = np.argsort(-np.abs(shares))[:terms]
        found.append(", ".join(f"{names[matrix.indices[span][i]]} {shares[i]:.2f}" for i in best))
    return found


def main() -> None:
    """Read, score, write."""
    source, out, terms, models = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    pipeline = joblib.load(io.BytesIO(open_bundle(Path(models)).read("pipeline.joblib")))
    if source.endswith("parquet"):
        whole = pd.read_parquet(source)
        frames = [whole[i : i + ROWS] for i in range(0, len(whole), ROWS)]
    else:
        frames = list(pd.read_json(source, lines=True, dtype=False, chunksize=ROWS))
    scored = []
    for frame in frames:
        texts = frame["text"].tolist()
        result = frame.assign(**dict(zip(HEADS, pipeline.predict_proba(texts).T, strict=True)))
        scored.append(result.assign(terms=strongest(pipeline, texts, terms)) if terms else result)
    pd.concat(scored).to_parquet(out)


if __name__ == "__main__":
    main()
