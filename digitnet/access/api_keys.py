"""Keep keys by which programs ask the server, each with a role; only their salted hashes are stored.

A key is shown once. It is "digitnet_", its name, "_" and 256 random bits, so that a plain hash is safe.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from digitnet.access.callers import Caller
from digitnet.access.roles import Role
from digitnet.errors import AccessError, SettingsError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.paths import data_dir

_PREFIX = "digitnet"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
_UNREADABLE = "The file of keys {path} cannot be read; restore it, or delete it and make new keys."


@dataclass(frozen=True)
class ApiKey:
    """A key as it is stored.

    Attributes:
        name: its name.
        role: name of its role, in lower case.
        salt: hexadecimal.
        digest: SHA-256 of the salt and the key, hexadecimal.
        made: time at which it was made, ISO 8601 in UTC.
        expires: time from which on it is void, None if it never is.
    """

    name: str
    role: str
    salt: str
    digest: str
    made: str
    expires: str | None = None

    @property
    def is_expired(self) -> bool:
        """Whether the key is void by now."""
        return self.expires is not None and datetime.now(UTC) >= datetime.fromisoformat(self.expires)


def add_key(name: str, role: Role, days: float | None = None) -> str:
    """Make a key and store its hash; return the key, which nobody can look up later.

    Args:
        name: letters, digits, "." and "-", at most 40.
        role: what its holder may do.
        days: days after which it is void, None for never.

    Raises:
        AccessError: the name is taken or holds other characters, the days are none, or the keys cannot be saved.
        SettingsError: the file of keys cannot be read.
    """
    if not _NAME.fullmatch(name):
        raise AccessError("Use only letters, digits, . and - in the name of a key, 40 at most.")
    if days is not None and not 0 < days <= 36_500:
        raise AccessError(f"Expected days above 0, at most 36,500. Received: {days:g}.")
    keys = list_keys()
    if any(key.name == name for key in keys):
        raise AccessError(f"There is a key called {name!r}; remove it first, or choose another name.")
    text, salt, now = f"{_PREFIX}_{name}_{secrets.token_urlsafe(32)}", secrets.token_hex(16), datetime.now(UTC)
    expires = None if days is None else _format(now + timedelta(days=days))
    _save([*keys, ApiKey(name, role.name.lower(), salt, _hash(salt, text), _format(now), expires)])
    return text


def remove_key(name: str) -> None:
    """Make a key void for good; raises AccessError if there is none of that name."""
    keys = list_keys()
    if all(key.name != name for key in keys):
        known = ", ".join(key.name for key in keys) or "none"
        raise AccessError(f"There is no key called {name!r}; there are: {known}.")
    _save(key for key in keys if key.name != name)


def list_keys() -> list[ApiKey]:
    """Return all keys, void ones too, in the order in which they were made.

    Raises:
        SettingsError: the file of keys cannot be read.
    """
    path = _locate()
    try:
        return list(_read(path, path.stat().st_mtime_ns))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(_UNREADABLE.format(path=path)) from error


def find_key_holder(text: str) -> Caller | None:
    """Return who holds a key, None if it is wrong or void; raises SettingsError if the file cannot be read."""
    for key in list_keys():
        if hmac.compare_digest(_hash(key.salt, text), key.digest) and not key.is_expired:
            role = Role[key.role.upper()]
            return Caller(role, f"key:{key.name}", None if role == Role.OWNER else ())
    return None


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> tuple[ApiKey, ...]:
    """Read the keys once for each time at which the file was written; raises OSError, ValueError or TypeError."""
    keys = tuple(ApiKey(**entry) for entry in json.loads(path.read_text(encoding="utf-8")))
    for key in keys:
        if key.role.upper() not in Role.__members__ or not all(isinstance(v, str) for v in (key.salt, key.digest)):
            raise ValueError(f"Expected a role and a digest. Received: {key.name}.")
        datetime.fromisoformat(key.expires or key.made)
    return keys


def _save(keys: Iterable[ApiKey]) -> None:
    path = _locate()
    with explain_os_errors(f"The keys cannot be saved in {path}", AccessError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps([asdict(key) for key in keys], indent=2) + "\n", mode=0o600)


def _locate() -> Path:
    return data_dir() / "api_keys.json"


def _hash(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def _format(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
