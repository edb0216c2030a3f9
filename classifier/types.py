"""The values that travel between the packages: a post in, a result out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Band = Literal["pass", "review", "flag", "unknown"]
Basis = Literal["synthetic", "traffic", "labels"]
MentionKind = Literal["entity", "group", "invite", "paste", "file", "link", "handle", "number"]
Tier = Literal["T0", "T1", "T2", "T3"]


@dataclass(frozen=True, slots=True)
class Post:
    """One post to be scored; only `id` and `text` are needed."""

    id: str
    text: str
    account: str | None = None
    lang: str | None = None
    created_at: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of the post and what it adds to the logit.

    Attributes
    ----------
    text
        ``post.text[start:end]``, to the letter.
    start, end
        Code points of the original text.
    weight
        Its share of the logit; positive speaks for harm.
    """

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that was masked before scoring: it has no weight, and a moderator must see it."""

    kind: MentionKind
    text: str
    start: int
    end: int
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Urgency:
    """How soon somebody should look: T0 (life in danger now) to T3.

    Attributes
    ----------
    tier
        The tier.
    cues
        What made it so, as ``kind: canonical words``; a mask stands for whoever is named.
    """

    tier: Tier = "T3"
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What the model says of one post; the fields are those of the contract.

    Attributes
    ----------
    risk
        ``sigmoid(logit)``, the higher of the two grounds.
    categories, grounds
        Probability by name.
    bias, terms, rest
        ``bias + Σ term.weight + rest = logit`` to 1e-6.
    coverage
        Share of the post's words that the model has seen, 0 to 1.
    window
        First and last code point (end exclusive) of the stretch that gave the risk.
    """

    id: str
    risk: float
    band: Band
    basis: Basis
    categories: dict[str, float]
    grounds: dict[str, float]
    urgency: Urgency
    logit: float
    bias: float
    terms: tuple[Term, ...]
    rest: float
    mentions: tuple[Mention, ...]
    lang: str
    coverage: float
    window: tuple[int, int]
    model: str
    forced: bool = field(default=False)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Result:
        """Return the result that a record of the contract holds."""
        parts = {
            "urgency": Urgency(**record["urgency"]),
            "terms": tuple(Term(**term) for term in record["terms"]),
            "mentions": tuple(Mention(**mention) for mention in record["mentions"]),
        }
        return cls(**(record | parts))

    def to_dict(self) -> dict[str, Any]:
        """Return the result as the contract writes it, ready for JSON.

        ``forced`` appears only where a model was promoted against its gate.
        """
        record = asdict(self)
        if not self.forced:
            del record["forced"]
        return record
