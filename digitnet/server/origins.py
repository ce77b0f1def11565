"""Refuse what a page of another origin asks a browser to send.

Streamlit refuses such websockets, too, but only after it asked a server outside for this machine's address, in the
time of all other requests.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_FOREIGN_ORIGIN = "Pages of other origins may not ask this server; add theirs to server.corsAllowedOrigins."


class OriginGuard:
    """Middleware that lets through websockets and changes from the server's own pages, and from allowed origins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        is_harmless = scope["type"] == "lifespan" or scope.get("method") in _SAFE_METHODS
        if is_harmless or _is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await JSONResponse({"error": _FOREIGN_ORIGIN}, 403)(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    """Return whether a request is from a page of this server, or of an allowed origin, or from no browser."""
    origins = headers.getlist("origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    allowed: list[str] = config.get_option("server.corsAllowedOrigins")
    return is_of_host(origins[0], headers.get("host")) or origins[0] in allowed


def is_of_host(origin: str, host: str | None) -> bool:
    """Return whether an origin is that of pages of a host; one that is no address is of none."""
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False
