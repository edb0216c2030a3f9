"""Where the functional suite is, and its figures as the gate compares them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from training.slices import Share

if TYPE_CHECKING:
    from classifier.model import Model
    from training.functional import Functional


def default_suite() -> Path | None:
    """Return the suite of the repository, or None where only the packages are installed."""
    folder = Path(__file__).resolve().parent.parent / "tests" / "functional"
    return folder if (folder / "cases").is_dir() else None


def judge_on(model: Model, folder: Path | None) -> Functional | None:
    """Return the model's figures on a suite, or None where there is no suite."""
    if folder is None:
        return None
    from training.functional import judge

    return judge(model, folder)


def functional_shares(functional: Functional | None) -> Iterator[Share]:
    """Yield the figures of the suite that must not fall: AUC of every row with both sides, and the pairs told apart."""
    if functional is None:
        return
    for section in ("all", "language", "category", "kind", "naming"):
        for row in functional.sections.get(section, ()):
            if row.auc is not None:
                yield Share(f"AUC of {row.name}", row.auc, row.cases)
            if row.pair_accuracy is not None and row.pairs:
                yield Share(f"pairs told apart in {row.name}", row.pair_accuracy, row.pairs)
