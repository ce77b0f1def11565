"""Make the browser that opens the link in the server's terminal the owner's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from digitnet.access.owner_keys import COOKIE, find_owner_cookie
from digitnet.access.roles import Role
from digitnet.events import note_sign_in
from digitnet.server.base_path import get_base_path

_WRONG_KEY = "This link is of a server that was stopped, or incomplete; take the one in the terminal of this server."


async def take_owner_key(request: Request) -> Response:
    """Give the owner's cookie for the key in the address and go on to the pages, or answer 403."""
    cookie = find_owner_cookie(request.path_params["key"])
    if cookie is None:
        return PlainTextResponse(_WRONG_KEY, 403, {"Cache-Control": "no-store"})
    note_sign_in("", Role.OWNER.name.lower())
    answer = RedirectResponse(f"{get_base_path()}/", 303, {"Cache-Control": "no-store"})
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer
