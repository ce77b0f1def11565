"""Give each browser a key of its own, by which what it keeps is its own although nobody has signed in."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitnet.access.roles import Role
from digitnet.access.visits import BROWSER_COOKIE, BROWSER_KEY_CHARACTERS, is_browser_key
from digitnet.server.visitors import find_request_caller

_SECONDS = 400 * 24 * 3600  # Browsers keep no cookie longer.
_KEY_BYTES = BROWSER_KEY_CHARACTERS * 6 // 8


class BrowserKeys:
    """Middleware that sets a cookie with a random key, with the page that a stranger's browser opens first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the cookie to its answer if it lacks one."""
        if not _needs_key(scope):
            await self._app(scope, receive, send)
            return

        async def send_with_key(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                MutableHeaders(scope=message).append("set-cookie", _make_cookie())
            await send(message)

        await self._app(scope, receive, send_with_key)


def _needs_key(scope: Scope) -> bool:
    """Return whether a request is for a page, by a browser without a key that is not an owner's."""
    if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
        return False
    request = HTTPConnection(scope)
    has_key = is_browser_key(request.cookies.get(BROWSER_COOKIE, ""))
    return not has_key and find_request_caller(request).role < Role.OWNER


def _make_cookie() -> str:
    answer, key = Response(), secrets.token_urlsafe(_KEY_BYTES)
    answer.set_cookie(BROWSER_COOKIE, key, max_age=_SECONDS, httponly=True, samesite="lax")
    return answer.headers["set-cookie"]
