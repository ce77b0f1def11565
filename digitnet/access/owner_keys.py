"""Let a browser prove that it is the owner's by a key that stands in the server's terminal.

The key is in a link. Who opens it gets a cookie for it. Both are known to this process alone, and end with it.
"""

from __future__ import annotations

import hmac
import secrets

COOKIE = "digitnet_owner"
PATH = "/owner"  # The link is this path, "/" and the key.

_key = ""
_cookie = ""


def make_owner_key() -> str:
    """Return a new key for this process; the one before, and the cookies that it gave, are none any more."""
    global _key, _cookie
    _key, _cookie = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    return _key


def find_owner_cookie(key: str) -> str | None:
    """Return the value of the cookie that a key gives, None for a wrong key."""
    return _cookie if _is_same(key, _key) else None


def is_owner_cookie(value: str | None) -> bool:
    """Return whether a cookie's value is the one that the key of this process gives."""
    return _is_same(value or "", _cookie)


def _is_same(text: str, secret: str) -> bool:
    return bool(secret) and hmac.compare_digest(text.encode(), secret.encode())
