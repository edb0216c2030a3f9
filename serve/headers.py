"""Headers that every answer carries: a browser loads, runs and keeps nothing that is not ours."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = "/static/"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: As ASGI has them: encoded once, not once an answer.
_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_KEPT, _NOT_KEPT = ((*_ENCODED, (b"cache-control", value)) for value in (b"no-cache", b"no-store"))


class SecurityHeaders:
    """Add `HEADERS` to every answer, and keep answers about posts out of caches.

    Parameters
    ----------
    app
        The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        caching = _KEPT if scope["path"].startswith(STATIC) else _NOT_KEPT

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                set_already = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in caching if header[0] not in set_already),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)
