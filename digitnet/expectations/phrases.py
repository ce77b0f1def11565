"""Parse and write what is expected of a number as phrases, such as "5 digits, from 1 to 99, luhn"."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from digitnet.errors import ExpectError
from digitnet.expectations.check_digits import list_checks

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_Values = dict[str, Any]
_CHECKS = {name.casefold(): name for name in list_checks()}
# A pattern of a whole phrase, and the values that it stands for.
_PHRASES: list[tuple[str, Callable[..., _Values]]] = [
    (r"(\d+) digits?", lambda count: {"length": int(count)}),
    (r"(\d+) ?(?:-|to) ?(\d+) digits", lambda least, most: {"length": (int(least), int(most))}),
    (rf"(?:from )?{_NUMBER} to {_NUMBER}", lambda least, most: {"least": Decimal(least), "most": Decimal(most)}),
    (rf"at least {_NUMBER}", lambda least: {"least": Decimal(least)}),
    (rf"at most {_NUMBER}", lambda most: {"most": Decimal(most)}),
    (r"(\d+) decimals?", lambda count: {"decimals": int(count)}),
    (r"date", lambda: {"date": "any"}),
    (r"date ((?:dmy|mdy|ymd)(?: (?:dmy|mdy|ymd))*)", lambda orders: {"date": orders}),
    (r"time", lambda: {"time": True}),
    (r"one of (\S+(?: \S+)*)", lambda values: {"values": tuple(values.split(" "))}),
    (r"total", lambda: {"total": True}),
    (r"row", lambda: {"row": True}),
]
EXAMPLES = '"5 digits", "2 decimals, at most 500", "date dmy", "16 digits, luhn, row" or "one of 10 20 50"'


def parse_phrases(text: str) -> _Values:
    """Return the arguments of `Expect` that phrases with commas between stand for.

    Raises:
        ExpectError: a phrase is not understood, or says again what another one said.
    """
    values: _Values = {}
    for phrase in text.split(","):
        found = _parse_phrase(" ".join(phrase.split()))
        if found is None:
            raise ExpectError(f"Expected phrases such as {EXAMPLES}. Received: {phrase.strip() or 'nothing'}.")
        if found.keys() & values.keys():
            raise ExpectError(f"Say it once. Received twice: {', '.join(found.keys() & values.keys())}.")
        values |= found
    return values


def _parse_phrase(phrase: str) -> _Values | None:
    if phrase.casefold() in _CHECKS:
        return {"check": _CHECKS[phrase.casefold()]}
    for pattern, make in _PHRASES:
        match = re.fullmatch(pattern, phrase, re.IGNORECASE)
        if match:
            return make(*(group.casefold() for group in match.groups()))
    return None


def write_phrases(values: _Values) -> str:
    """Return the phrases for the arguments of `Expect`, which `parse_phrases` reads."""
    length, least, most = values["length"], values["least"], values["most"]
    phrases = []
    if length is not None:
        count = f"{length[0]} to {length[1]}" if isinstance(length, tuple) else f"{length}"
        phrases.append(f"{count} digit" + "s" * (length != 1))
    if values["decimals"] is not None:
        phrases.append(f"{values['decimals']} decimal" + "s" * (values["decimals"] != 1))
    if least is not None and most is not None:
        phrases.append(f"from {least:f} to {most:f}")
    elif least is not None or most is not None:
        phrases.append(f"at least {least:f}" if most is None else f"at most {most:f}")
    if values["date"] is not None:
        phrases.append("date" if values["date"] == "any" else f"date {values['date']}")
    if values["check"] is not None:
        phrases.append(values["check"])
    if values["values"]:
        phrases.append(f"one of {' '.join(values['values'])}")
    phrases += [name for name in ("time", "total", "row") if values[name]]
    return ", ".join(phrases)
