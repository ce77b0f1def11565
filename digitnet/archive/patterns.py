"""Tell patterns of files from other sources, and the folder in which all files of a pattern lie."""

from __future__ import annotations

from digitnet.archive.addresses import is_web

_SIGNS = "*?["
_WEB_SIGNS = "*["  # A question mark begins the parameters of a web address.


def is_pattern(source: str) -> bool:
    """Return whether a path or address is a pattern of several."""
    return any(sign in source for sign in _get_signs(source))


def split_pattern(pattern: str) -> tuple[str, str]:
    """Return the folder before the first part with a sign, "" or with a slash at its end, and the rest."""
    first = min((place for sign in _get_signs(pattern) if (place := pattern.find(sign)) >= 0), default=len(pattern))
    start = pattern.rfind("/", 0, first) + 1
    return pattern[:start], pattern[start:]


def _get_signs(source: str) -> str:
    return _WEB_SIGNS if is_web(source) else _SIGNS
