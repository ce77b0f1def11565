"""Name signs in sentences."""

from __future__ import annotations

SIGN_NAMES = {
    ".": "a point",
    ",": "a comma",
    "-": "a minus",
    "+": "a plus",
    "/": "a slash",
    ":": "a colon",
    "(": "an opening bracket",
    ")": "a closing bracket",
    "=": "an equals sign",
    "%": "a percent sign",
    "$": "a dollar sign",
    "€": "a euro sign",
    "£": "a pound sign",
    "×": "a times sign",
    "÷": "a division sign",
    "'": "an apostrophe",
}


def name_sign(sign: str) -> str:
    """Return "the comma"."""
    return f"the {SIGN_NAMES[sign].split(' ', 1)[1]}"
