"""Find out who sends a request: the holder of a key, or this machine's owner."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from digitnet.access.api_keys import find_key_holder
from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller
from digitnet.server.api_settings import get_api_settings
from digitnet.server.refusals import RequestError

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_FORWARDING_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
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
    if is_local(connection):
        return LOCAL_OWNER
    if get_api_settings().open:
        return replace(NOBODY, address=address)
    raise RequestError(_NO_KEY, 401, _CHALLENGE)


def refuse_other_sites(connection: HTTPConnection) -> None:
    """Raise RequestError if a page of another site has a browser send this request."""
    origin, headers = connection.headers.get("origin"), connection.headers
    is_foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
    if is_foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise RequestError(_OTHER_SITE, 403)


def is_local(connection: HTTPConnection) -> bool:
    """Return whether a request comes from this machine itself, and through no proxy."""
    if any(name in connection.headers for name in _FORWARDING_HEADERS) or not connection.client:
        return False
    try:
        host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
        return _is_loopback(connection.client.host) and (host == "localhost" or _is_loopback(host))
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    """Return whether an address is this machine's own; raises ValueError for a name."""
    return ipaddress.ip_address(address).is_loopback
