"""Tell paths from addresses of stores, and take what is secret from addresses before they are kept or shown."""

from __future__ import annotations

import re
from pathlib import Path

_HIDDEN_NAMES = (
    r"x-(?:amz|goog)-[\w-]*|[\w.-]*(?:sig|token|key|cred|secret|pass|pw|auth|policy|expires|accessid)[\w.-]*"
)
_USER = re.compile(r"(?<=://)[^/\s?#@'\"]+@")
_SECRET = re.compile(rf"(?<=[?&])(?:{_HIDDEN_NAMES})=[^&#\s'\"]*&?", re.IGNORECASE)
_EMPTY = re.compile(r"[?&]+(?=$|[#\s'\"])")


def is_remote(address: str) -> bool:
    """Return whether an address is that of a store, and not a path."""
    return "://" in address


def is_web(address: str) -> bool:
    """Return whether an address is that of a web server."""
    return address.startswith(("http://", "https://"))


def make_absolute(source: str) -> str:
    """Return an address as it is, and a path from the root: reading processes start in a folder of their own."""
    return source if is_remote(source) else str(Path(source).absolute())


def hide_secrets(text: str) -> str:
    """Return an address, or a text with addresses, without users, passwords, and parameters such as signatures."""
    if not is_remote(text):
        return text
    return _EMPTY.sub("", _SECRET.sub("", _USER.sub("", text)))
