"""Find out who sends a request: the holder of a key, or this machine's owner."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import HTTPConnection

from digitnet.access.api_keys import find_key_holder
from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.server.api_settings import get_api_settings
from digitnet.server.origins import is_of_host
from digitnet.server.refusals import RequestError
from digitnet.server.visitors import find_request_caller

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_NO_KEY = "Send a key in the header Authorization, as Bearer KEY; the owner makes one with: digitnet keys add NAME"
_WRONG_KEY = "The key is wrong or void; ask the owner of this server for another one."
_OTHER_SITE = "A page of another site may not ask this server; ask it from a program."


def find_caller(connection: HTTPConnection) -> Caller:
    """Return who sends a request.

    Raises:
        RequestError: the key is wrong, or there is none and those without may not ask.
    """
    address = connection.client.host if connection.client else ""
    if "authorization" in connection.headers:
        kind, _, key = connection.headers["authorization"].partition(" ")
        holder = find_key_holder(key.strip()) if kind.lower() == "bearer" else None
        if holder is None:
            raise RequestError(_WRONG_KEY, 401, _CHALLENGE)
        return replace(holder, address=address)
    caller = find_request_caller(connection)
    if caller.role >= Role.OWNER or get_api_settings().open:
        return caller
    raise RequestError(_NO_KEY, 401, _CHALLENGE)


def refuse_other_sites(connection: HTTPConnection) -> None:
    """Raise RequestError if a page of another site has a browser send this request."""
    headers = connection.headers
    is_foreign = any(not is_of_host(origin, headers.get("host")) for origin in headers.getlist("origin"))
    if is_foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise RequestError(_OTHER_SITE, 403)
