"""Remember who has signed out, because the cookie of a sign-in holds for a month and can be kept by others.

All processes of a server share one small file in the folder of user data.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from digitnet.errors import AccessError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.paths import data_dir

_FILE = "signed_out.json"
_KEPT_SECONDS = 31 * 24 * 3600.0  # Longer than any cookie holds.
_ALL = "*"  # Its time ends all sign-ins of before.
_CLAIMS = ("iss", "sub", "aud", "iat", "nonce")  # They tell one sign-in from all others.


def identify_sign_in(claims: Mapping[str, Any]) -> str:
    """Return a digest that tells a sign-in, by the claims of its ID token, from all others."""
    text = json.dumps([claims.get(name) for name in _CLAIMS], default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def remember_sign_out(claims: Mapping[str, Any]) -> None:
    """Refuse a sign-in from now on; raises AccessError if that cannot be saved."""
    path, now = _get_path(), time.time()
    with explain_os_errors("You could not be signed out", AccessError, "close the browser, and tell the owner"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            known = _read(path)
            known = {_ALL: now} if known is None else known  # Nobody knows which sign-ins the damaged file has ended.
            kept = {digest: since for digest, since in known.items() if now - since < _KEPT_SECONDS}
            write_atomically(path, json.dumps(kept | {identify_sign_in(claims): now}))


def is_signed_out(claims: Mapping[str, Any]) -> bool:
    """Return whether somebody has ended a sign-in; a file that cannot be read ends all of them."""
    path = _get_path()
    try:
        stat = path.stat()
        known = _load(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    if known is None or identify_sign_in(claims) in known:
        return True
    issued = claims.get("iat")
    return _ALL in known and not (isinstance(issued, int | float) and issued > known[_ALL])


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int, _size: int) -> dict[str, float] | None:
    """Return the digests of a version of the file with the times of their sign-outs, None if it is damaged."""
    return _read(path)


def _read(path: Path) -> dict[str, float] | None:
    """Return the digests of the file with the times of their sign-outs, None if it is damaged; raises OSError."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return {str(digest): float(since) for digest, since in saved.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        return None


def _get_path() -> Path:
    return data_dir() / _FILE
