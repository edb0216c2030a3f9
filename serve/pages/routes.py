"""The page at ``/``: a form that works without JavaScript."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from classifier.model import DEFAULT_TERMS
from classifier.types import Result
from serve.pages import examples
from serve.pages.view import view
from serve.schemas import MAX_TEXT
from serve.scoring import ScoringService

FORM = "application/x-www-form-urlencoded"
_FIELDS = 8


class FormError(ValueError):
    """The form cannot be read; the message is shown to the moderator and holds nothing of what was sent.

    Parameters
    ----------
    status
        The HTTP status.
    reason
        What to do about it.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def page_routes(service: ScoringService) -> APIRouter:
    """Return the router of the page.

    Parameters
    ----------
    service
        What scores.
    """
    router = APIRouter(include_in_schema=False)
    environment = Environment(
        loader=PackageLoader("serve.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html")
    model = service.model

    def render(status: int = 200, **values: object) -> HTMLResponse:
        shown = {"text": "", "view": None, "problem": ""} | values
        page = template.render(examples=examples.EXAMPLES, model=model, policy=model.policy, limit=MAX_TEXT, **shown)
        return HTMLResponse(page, status)

    @router.get("/")
    async def form() -> HTMLResponse:
        """Show the empty form."""
        return render()

    @router.post("/")
    async def judge(request: Request) -> HTMLResponse:
        """Show one post with its reasons."""
        try:
            text = read_form(await request.body(), request.headers.get("content-type", ""))
        except FormError as error:
            return render(error.status, problem=str(error))
        request.state.posts = 1
        [record] = await service.score(["page"], [text], DEFAULT_TERMS)
        result = Result.from_dict(record)
        return render(text=text, view=view(text, result, model.policy))

    return router


def read_form(body: bytes, content_type: str) -> str:
    """Return the post of a form.

    Parameters
    ----------
    body
        Percent-encoded UTF-8 with a field ``text``, or ``example`` with an example's key.
    content_type
        Its header.

    Raises
    ------
    FormError
        If there is none, or it is too long.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise FormError(415, "The page takes its own form only; programs use /v1/score.")
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:  # a UnicodeError is one as well
        raise FormError(400, "The form could not be read: it is not UTF-8. Nothing was scored.") from None
    example = examples.find(fields.get("example", [""])[0])
    if example is not None:
        return example.text
    text = fields.get("text", [""])[0].replace("\r\n", "\n")  # browsers send CRLF
    if len(text) > MAX_TEXT:
        raise FormError(422, f"A post may have {MAX_TEXT:,} characters; this one has more. Nothing was scored.")
    return text
