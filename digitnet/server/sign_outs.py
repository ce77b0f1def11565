"""Note that somebody signs out before Streamlit deletes the cookie, of which others may have a copy."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from anyio import to_thread
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from digitnet.access.sign_outs import remember_sign_out
from digitnet.errors import AccessError

_PATH = "/auth/logout"


class SignOuts:
    """Middleware that refuses a sign-in for good once its browser asks Streamlit to sign out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and scope["path"].endswith(_PATH):
            claims = read_claims(HTTPConnection(scope).cookies)
            if claims:
                await to_thread.run_sync(_remember, claims)
        await self._app(scope, receive, send)


def _remember(claims: dict[str, Any]) -> None:
    """Refuse a sign-in from now on; where that cannot be saved, the browser still loses its cookie."""
    try:
        remember_sign_out(claims)
    except AccessError as error:
        logging.getLogger("digitnet").error("A sign-out was not saved: %s", error)


def read_claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims of the signed cookie of a sign-in; none if there is no cookie, or its signature is wrong."""

    def read(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    with suppress(ValueError, UnicodeError):
        claims = json.loads(get_cookie_with_chunks(read, USER_COOKIE_NAME) or b"{}")
        return claims if isinstance(claims, dict) else {}
    return {}
