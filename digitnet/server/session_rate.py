"""Refuse to open more pages than an account or address may in a minute."""

from __future__ import annotations

import math

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from digitnet.access.spending import describe_wait, get_spending
from digitnet.errors import QuotaError
from digitnet.server.visitors import find_cookie_caller

_SOCKET_PATH = "/_stcore/stream"
_TOO_MANY = "Too many pages were opened from here within a minute; reload this one"


class SessionRate:
    """Middleware that counts the sessions of each account or address, and answers 429 to further ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket" and scope["path"].endswith(_SOCKET_PATH):
            try:
                get_spending().count_session(find_cookie_caller(HTTPConnection(scope)))
            except QuotaError as error:
                await _refuse_socket(error.wait_seconds or 0.0)(scope, receive, send)
                return
        elif _asks_for_page(scope) and (wait := _find_wait(scope)):
            await _refuse(wait)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "") and "/_stcore/" not in scope["path"]


def _find_wait(scope: Scope) -> float:
    return get_spending().find_session_wait(find_cookie_caller(HTTPConnection(scope)))


def _refuse(wait: float) -> Response:
    return PlainTextResponse(f"{_TOO_MANY} {describe_wait(wait)}.", 429, headers={"Retry-After": str(math.ceil(wait))})


def _refuse_socket(wait: float) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if "websocket.http.response" in scope.get("extensions", {}):
            await _refuse(wait)(scope, receive, send)
        else:
            await WebSocketClose(1013, "Too many pages were opened from here.")(scope, receive, send)

    return answer
