"""Check values of the file of settings, and say what was expected where they are wrong."""

from __future__ import annotations

from typing import Any

from digitnet.access.settings import find_settings_file
from digitnet.errors import SettingsError


def reject(name: str, expected: str) -> SettingsError:
    """Return the error of a wrong value, which it does not repeat: it may be a secret.

    Args:
        name: section and key, such as "[sign_in] hours".
        expected: description of a right value.
    """
    return SettingsError(f"Expected {expected} as {name} in {find_settings_file()}.")


def require_text(section: dict[str, Any], name: str, key: str) -> str:
    """Return a text of a section; raises SettingsError if it is missing or empty."""
    value = section.get(key)
    if not isinstance(value, str) or not value.strip():
        raise reject(f"[{name}] {key}", "a text")
    return value.strip()


def check_keys(section: dict[str, Any], name: str, keys: set[str]) -> None:
    """Raise SettingsError if a section has other keys than those known: one may be misspelled."""
    if unknown := sorted(set(section) - keys):
        raise reject(f"[{name}]", f"no other keys than {', '.join(sorted(keys))} (not {unknown[0]!r})")
