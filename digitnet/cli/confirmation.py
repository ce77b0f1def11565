"""Ask before a command replaces or deletes anything."""

from __future__ import annotations

import sys

from digitnet.errors import DigitnetError


def confirm(question: str, error_class: type[DigitnetError]) -> bool:
    """Ask whether to go on; raises `error_class` if nobody can answer."""
    if not sys.stdin.isatty():
        raise error_class(f"{question} Add --yes to go on.")
    try:
        return input(f"{question} Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False
