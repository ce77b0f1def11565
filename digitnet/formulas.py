"""Keep names in CSV files from being run as formulas by spreadsheets."""

from __future__ import annotations

_GUARD = "'"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guard_text(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula: =SUM(A1) becomes '=SUM(A1)."""
    return _GUARD + text if _needs_guard(text) else text


def unguard_text(text: str) -> str:
    """Return the text that `guard_text` was given."""
    unguarded = text.removeprefix(_GUARD)
    return unguarded if unguarded != text and _needs_guard(unguarded) else text


def _needs_guard(text: str) -> bool:
    """Return whether a text starts a formula, also behind apostrophes, which `unguard_text` would take for guards."""
    return text.lstrip(_GUARD).startswith(_FORMULA_STARTS)
