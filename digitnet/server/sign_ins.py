"""Note who signs in and out, and end a sign-in for good when Streamlit deletes its cookie: others may have a copy."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from digitnet.access.sign_outs import remember_sign_out
from digitnet.access.visits import Visit, find_visitor
from digitnet.errors import AccessError
from digitnet.events import note_sign_in, note_sign_out

_IN_PATH, _OUT_PATH = "/oauth2callback", "/auth/logout"


class SignIns:
    """Middleware around Streamlit's routes that sign somebody in and out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.endswith(_OUT_PATH):
            claims = read_claims(HTTPConnection(scope).cookies)
            if claims:
                await to_thread.run_sync(_sign_out, claims)
        await self._app(scope, receive, _noting(send) if path.endswith(_IN_PATH) else send)


def read_claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims of the signed cookie of a sign-in; none if there is no cookie, or its signature is wrong."""

    def read(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    with suppress(ValueError, UnicodeError):
        claims = json.loads(get_cookie_with_chunks(read, USER_COOKIE_NAME) or b"{}")
        return claims if isinstance(claims, dict) else {}
    return {}


def _noting(send: Send) -> Send:
    """Return a function that sends an answer, and notes who has signed in by the cookies that it sets."""

    async def send_and_note(message: Message) -> None:
        if message["type"] == "http.response.start":
            claims = read_claims(_list_cookies(message["headers"]))
            if claims:
                caller, email = find_visitor(Visit("", claims=claims)), str(claims.get("email", ""))
                note_sign_in(email, caller.role.name.lower() if "@" in caller.account else "none")
        await send(message)

    return send_and_note


def _list_cookies(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    cookies: SimpleCookie = SimpleCookie()
    for name, value in headers:
        if name.lower() == b"set-cookie":
            with suppress(CookieError):
                cookies.load(value.decode("latin-1"))
    return {name: morsel.value for name, morsel in cookies.items()}


def _sign_out(claims: dict[str, Any]) -> None:
    """Refuse a sign-in from now on; where that cannot be saved, the browser still loses its cookie."""
    note_sign_out(str(claims.get("email", "")))
    try:
        remember_sign_out(claims)
    except AccessError as error:
        logging.getLogger("digitnet").error("A sign-out was not saved: %s", error)
