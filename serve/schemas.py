"""What goes over HTTP. The result is the contract of every door; `ScoreAnswer` documents it and tests hold the two together."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from classifier.model import DEFAULT_TERMS
from classifier.types import Band, Basis, MentionKind, Tier

MAX_POSTS = 256
MAX_TEXT = 20_000
MAX_ID = 256
MAX_TERMS = 50
MAX_URL = 2_048
#: Invented; the first is flat on purpose, the second is a look-alike.
EXAMPLE_REQUEST: JsonDict = {
    "posts": [
        {"id": "1", "text": "The Quldara Vanguard needs fighters. Message me tonight and I will take you to our camp."},
        {"id": "2", "text": "The imam spoke after Friday prayers about patience and helping neighbours."},
    ],
    "terms": 5,
}


def _whole(value: object) -> object:
    """Read ``5.0`` as 5: JSON knows one kind of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


ShortText = Annotated[str, Field(max_length=MAX_ID)]
Probability = Annotated[float, Field(ge=0, le=1)]
Offset = Annotated[int, Field(ge=0, description="Code points of the original text, not UTF-16 units or bytes.")]


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class PostIn(_Request):
    """One post; unknown fields are ignored."""

    id: Annotated[ShortText, Field(description="Yours; it comes back with the result.")]
    text: Annotated[str, Field(max_length=MAX_TEXT, description="At most 20,000 code points. Empty text is `pass`.")]
    account: ShortText | None = None
    lang: ShortText | None = None
    created_at: ShortText | None = None
    url: Annotated[str, Field(max_length=MAX_URL)] | None = None


class ScoreRequest(_Request):
    """Posts to be scored."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_REQUEST]})

    posts: Annotated[list[PostIn], Field(max_length=MAX_POSTS)]
    terms: Annotated[
        int,
        Field(ge=0, le=MAX_TERMS, description="How many contributing stretches to show for each post."),
        BeforeValidator(_whole),
    ] = DEFAULT_TERMS


class TermOut(_Answer):
    """A stretch of the post and what it adds to the logit; positive speaks for harm."""

    text: str
    start: Offset
    end: Offset
    weight: float


class MentionOut(_Answer):
    """Something that was masked before scoring: it has no weight, and a moderator must see it."""

    kind: MentionKind
    text: str
    start: Offset
    end: Offset
    lists: Annotated[list[str], Field(description="Who lists the organisation.")]


class UrgencyOut(_Answer):
    """How soon somebody should look: T0 (life in danger now) to T3. It orders queues; it never raises a band."""

    tier: Tier
    cues: list[str]


class ResultOut(_Answer):
    """What the model says of one post: a proposal for a person to decide on."""

    id: str
    risk: Annotated[Probability, Field(description="`sigmoid(logit)`, the higher of the two grounds.")]
    band: Annotated[Band, Field(description="`unknown` replaces `pass` where the model cannot say.")]
    basis: Annotated[Basis, Field(description="What the band's thresholds rest on.")]
    categories: dict[str, Probability]
    grounds: dict[str, Probability]
    urgency: UrgencyOut
    logit: Annotated[float, Field(description="`bias + Σ weight + rest`, to 1e-6.")]
    bias: float
    terms: list[TermOut]
    rest: Annotated[float, Field(description="What the stretches that are not shown add up to.")]
    mentions: list[MentionOut]
    lang: Annotated[str, Field(description="The language the model takes the post for; `und` if no word tells.")]
    coverage: Annotated[Probability, Field(description="Share of the post's words that the model has seen.")]
    window: Annotated[
        list[Offset], Field(min_length=2, max_length=2, description="The stretch of a long post that gave the risk.")
    ]
    model: str
    forced: Annotated[
        bool, Field(description="Present, and true, only where the model was promoted against its gate.")
    ] = False


class ScoreAnswer(_Answer):
    """One result a post, in the order of the request."""

    model: Annotated[str, Field(description="The version that scored.")]
    results: list[ResultOut]


class ModelAnswer(_Answer):
    """The model in use and what its bands promise."""

    name: str
    created_at: str | None
    parent: Annotated[str | None, Field(description="The version it was made from.")]
    forced: Annotated[bool, Field(description="Whether it was promoted against its gate.")]
    basis: Basis
    promise: Annotated[str, Field(description="What the thresholds promise, in a sentence.")]
    review: Annotated[float, Field(description="Risk from which a post is put up for review.")]
    flag: Annotated[float | None, Field(description="Risk from which it is flagged; null: never.")]
    coverage: Annotated[float, Field(description="Least share of known words for a `pass`.")]
    languages: list[str]
    categories: Annotated[dict[str, str], Field(description="Harm category → its ground.")]
    grounds: list[str]
    window: Annotated[int, Field(description="Tokens in a window; longer posts are scored in overlapping windows.")]
    normaliser: str


class HealthAnswer(_Answer):
    """The process answers."""

    status: str = "ok"


class ReadyAnswer(_Answer):
    """The model is loaded and has scored."""

    status: str = "ready"
    model: str


class FaultOut(BaseModel):
    """One field at fault."""

    field: Annotated[str, Field(examples=["posts[3].text"])]
    detail: Annotated[str, Field(examples=["String should have at most 20000 characters"])]
    limit: Annotated[float | None, Field(examples=[MAX_TEXT])] = None


class ProblemOut(BaseModel):
    """An RFC 9457 problem document. It never holds text of a post."""

    type: Annotated[str, Field(examples=["urn:watchword:problem:invalid-request"])]
    title: Annotated[str, Field(examples=["The request breaks a rule"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str, Field(examples=["posts[3].text: String should have at most 20000 characters"])]
    errors: Annotated[list[FaultOut] | None, Field(description="The first 20 fields at fault.")] = None
    request_id: str | None = None
