"""Tell paths from addresses of stores, and take what is secret from addresses before they are kept or shown."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

_SIGNATURE_NAMES = r"x-(?:amz|goog)-[\w-]*|sig|signature|expires|policy|key-pair-id|(?:aws|google)access(?:key)?id"
_SECRET_NAMES = r"[\w.-]*(?:sig|token|key|cred|secret|pass|pw|auth)[\w.-]*"
_CODE_DIGITS = 8
_USER = re.compile(r"(?<=://)[^/\s?#@'\"]+@")
_SIGNATURE = re.compile(rf"(?<=[?&])(?:{_SIGNATURE_NAMES})=[^&#\s'\"]*&?", re.IGNORECASE)
_SECRET = re.compile(rf"(?<=[?&])({_SECRET_NAMES}=)(?!~[0-9a-f]{{{_CODE_DIGITS}}}\b)([^&#\s'\"]+)", re.IGNORECASE)
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
    """Return an address, or a text with addresses, without users, passwords and signatures.

    Other secret parameters, as `token`, become codes, since files may differ in them alone.
    """
    if not is_remote(text):
        return text
    plain = _EMPTY.sub("", _SIGNATURE.sub("", _USER.sub("", text)))
    return _SECRET.sub(lambda found: f"{found[1]}~{sha256(found[2].encode()).hexdigest()[:_CODE_DIGITS]}", plain)
