"""The policy: from a risk to a band."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from classifier.errors import ModelError
from classifier.types import Band, Basis

#: In the order of the numbers that `Policy.bands` gives.
BANDS: tuple[Band, ...] = ("pass", "unknown", "review", "flag")
BASES: tuple[Basis, ...] = ("synthetic", "traffic", "labels")


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds and the promise they come from.

    Attributes
    ----------
    review
        Risk from which a post is put before a moderator.
    flag
        Risk from which it is flagged, or None: a model as shipped never flags.
    basis
        What the thresholds rest on: `synthetic`, the owner's `traffic`, or the owner's `labels`.
    promise
        The promise in a sentence.
    coverage
        Least share of known words for a `pass`.
    languages
        The languages the model has seen.
    severe
        Probability from which threat, incitement or targeting counts for urgency.
    state_lists
        Single-state listings to report in mentions.
    """

    review: float
    flag: float | None = None
    basis: Basis = "synthetic"
    promise: str = ""
    coverage: float = 0.5
    languages: tuple[str, ...] = ()
    severe: float = 0.5
    state_lists: tuple[str, ...] = field(default=())

    def band(self, risk: float, lang: str, coverage: float, *, empty: bool) -> Band:
        """Decide on one post.

        Parameters
        ----------
        risk
            The higher ground's probability.
        lang, coverage
            What was found out about the language.
        empty
            Whether nothing was there to be judged.
        """
        if empty:
            return "pass"
        if self.flag is not None and risk >= self.flag:
            return "flag"
        if risk >= self.review:
            return "review"
        if lang not in self.languages or coverage < self.coverage:
            return "unknown"
        return "pass"

    def bands(
        self,
        risk: NDArray[np.float64],
        known: NDArray[np.bool_],
        coverage: NDArray[np.float64],
        empty: NDArray[np.bool_],
    ) -> NDArray[np.int8]:
        """Decide on many posts as `band` does on one.

        Parameters
        ----------
        risk, coverage, empty
            One a post.
        known
            Whether the post's language is one of `languages`.

        Returns
        -------
        ndarray
            Places in `BANDS`.
        """
        unread = ~known | (coverage < self.coverage)
        review = risk >= self.review
        flag = np.zeros_like(review) if self.flag is None else risk >= self.flag
        return np.select([empty, flag, review, unread], [0, 3, 2, 1], 0).astype(np.int8)

    def to_toml(self) -> str:
        """Return the policy file."""
        flag = "" if self.flag is None else f"flag = {self.flag!r}\n"
        return (
            f"# {self.promise}\n"
            f'basis = "{self.basis}"\npromise = {json.dumps(self.promise, ensure_ascii=False)}\n\n'
            f"[bands]\nreview = {self.review!r}\n{flag}\n"
            f"[unknown]\ncoverage = {self.coverage!r}\nlanguages = {json.dumps(self.languages)}\n\n"
            f"[urgency]\nsevere = {self.severe!r}\n\n"
            "[mentions]\n# single-state listings to report beside the international ones\n"
            f"state_lists = {json.dumps(self.state_lists)}\n"
        )

    @classmethod
    def from_toml(cls, text: str) -> Policy:
        """Read the policy file.

        Raises
        ------
        ModelError
            If a value is missing or out of its range.
        """
        try:
            record: dict[str, Any] = tomllib.loads(text)
            policy = cls(
                review=float(record["bands"]["review"]),
                flag=float(record["bands"]["flag"]) if "flag" in record["bands"] else None,
                basis=cast("Basis", record["basis"]),
                promise=record["promise"],
                coverage=float(record["unknown"]["coverage"]),
                languages=tuple(record["unknown"]["languages"]),
                severe=float(record["urgency"]["severe"]),
                state_lists=tuple(record["mentions"]["state_lists"]),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            msg = f"policy.toml cannot be read ({error}); publish a new one with `watchword calibrate`"
            raise ModelError(msg) from error
        if policy.basis not in BASES or (policy.flag is not None and policy.flag < policy.review):
            msg = "policy.toml: basis must be synthetic, traffic or labels, and flag must not lie below review"
            raise ModelError(msg)
        return policy
