"""Find out who asks, from what a request or a session of the pages brings with it."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from digitnet.access import owner_keys
from digitnet.access.callers import LOCAL_OWNER, Caller
from digitnet.access.members import Members, get_members, normalize_email
from digitnet.access.sign_in import SignIn, get_sign_in
from digitnet.access.sign_outs import is_signed_out

BROWSER_COOKIE = "digitnet_browser"
BROWSER_KEY_CHARACTERS = 43  # Of 32 random bytes in Base64.
_FORWARDING_HEADERS = {
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "x-original-host",
    "true-client-ip",
    "client-ip",
    "fastly-client-ip",
    "x-envoy-external-address",
    "x-appengine-user-ip",
}
_FORWARDING_PREFIXES = ("x-forwarded", "cf-", "x-arr-", "x-ms-forwarded-", "x-amzn-", "fly-", "tailscale-", "ngrok-")
_PAGE_HEADERS = ("origin", "referer")  # Name the page that a browser asks from.
_CLOCK_SECONDS = 300.0  # The clock of the provider may be ahead.


@dataclass(frozen=True)
class Visit:
    """What a request or a session brings with it.

    Attributes:
        peer: address at the other end of the connection.
        headers: names and values as they came.
        cookies: values by name.
        claims: claims of an ID token that a signed cookie holds, if somebody has signed in; they were checked for
            signature, issuer and audience then.
        is_server_private: whether the server listens on loopback addresses alone.
    """

    peer: str
    headers: tuple[tuple[str, str], ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    is_server_private: bool = True


def find_visitor(visit: Visit) -> Caller:
    """Return who asks.

    That is whoever has signed in; or the owner, by the key in the server's terminal, or on this machine as long as no
    settings speak of roles; or else a browser that may read.

    Raises:
        SettingsError: the settings of roles are wrong.
    """
    sign_in, members = get_sign_in(), get_members()
    if sign_in and (email := find_email(visit.claims, sign_in)):
        return Caller(members.find_role(email), email, members.find_scope(email), visit.peer)
    if owner_keys.is_owner_cookie(visit.cookies.get(owner_keys.COOKIE)):
        return replace(LOCAL_OWNER, address=visit.peer)
    if is_local_owner(visit, sign_in, members):
        return LOCAL_OWNER
    return Caller(members.role_of_strangers, _name_browser(visit.cookies.get(BROWSER_COOKIE, "")), (), visit.peer)


def is_local_owner(visit: Visit, sign_in: SignIn | None, members: Members) -> bool:
    """Return whether somebody on this machine asks, and no settings speak of sign-in or roles."""
    return sign_in is None and not members.is_set and is_on_this_machine(visit)


def is_on_this_machine(visit: Visit) -> bool:
    """Return whether a visit is from this machine, to it by its own name, and through no proxy.

    That is never so of a server that listens to others, because what forwards a port, as containers do, may show
    everybody under a local address. A proxy on this machine is a local peer, too; it shows by the headers that it adds,
    by the host that it was asked for, or by the page that a browser asks from.
    """
    names = [name.lower() for name, _ in visit.headers]
    hosts = [value for name, value in visit.headers if name.lower() == "host"]
    pages = [value for name, value in visit.headers if name.lower() in _PAGE_HEADERS]
    return (
        visit.is_server_private
        and _is_loopback(visit.peer)
        and len(hosts) == 1
        and _is_own_name(f"//{hosts[0]}")
        and all(map(_is_own_name, pages))
        and not any(name in _FORWARDING_HEADERS or name.startswith(_FORWARDING_PREFIXES) for name in names)
    )


def find_email(claims: Mapping[str, Any], sign_in: SignIn) -> str:
    """Return the verified e-mail of somebody whose sign-in still holds, else ""."""
    issued, email = claims.get("iat"), claims.get("email")
    if claims.get("is_logged_in") is not True or not isinstance(email, str):
        return ""
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return ""
    age = time.time() - issued
    is_verified = str(claims.get("email_verified", True)).lower() == "true"
    if not is_verified or not -_CLOCK_SECONDS <= age <= sign_in.hours * 3600 or is_signed_out(claims):
        return ""
    return normalize_email(email)


def _name_browser(key: str) -> str:
    """Return the account of a browser: of a digest, so that nobody who sees it can pass for that browser."""
    return f"browser:{hashlib.sha256(key.encode()).hexdigest()[:32]}" if is_browser_key(key) else "browser:"


def is_browser_key(key: str) -> bool:
    """Return whether a cookie's value has the form of a browser's key."""
    return len(key) == BROWSER_KEY_CHARACTERS and key.isascii() and key.replace("-", "").replace("_", "").isalnum()


def is_loopback_name(name: str) -> bool:
    """Return whether a name or an IP address of a host is of this machine alone."""
    return name.rstrip(".").lower() == "localhost" or _is_loopback(name)


def _is_own_name(address: str) -> bool:
    """Return whether an address is of this machine; that of no page ("null") is not."""
    try:
        return is_loopback_name(urlsplit(address).hostname or "")
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def to_headers(pairs: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Return the headers of an ASGI scope as texts."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)
