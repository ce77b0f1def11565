"""Say which digits of a reading to check, number by number."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from pages.shared import confidence_text, doubt_text, formatting, reading_view
from pages.shared.sign_names import name_sign

_MAX_NUMBERS = 8  # No more numbers to check are named one by one.
_MAX_DIGITS = 2  # Digits of a number that are named one by one.
_MAX_CONFIDENCES = 60  # The confidence is told of no more numbers than this.
_ROW_GAP = " · "  # Between the rows of a text on one line.
STYLE = """
.doubts b { letter-spacing: 0.03em; font-variant-numeric: tabular-nums; }
.how-sure { font-size: 0.875rem; margin-top: 0.25rem; }
.how-sure summary { cursor: pointer; min-height: 1.5rem; width: fit-content; }
.how-sure ul { list-style: none; padding: 0.25rem 0 0; margin: 0; display: grid; gap: 0 1rem;
    grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.how-sure li { margin: 0; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
"""


class Part(NamedTuple):
    """A part of a text: its characters, and whether they are doubtful."""

    text: str
    doubtful: bool


def split_text(reading: Reading) -> list[Part]:
    """Split the text of a reading, on one line, where doubtful digits and signs begin and end."""
    parts: list[Part] = []
    doubtful = set(doubt_text.list_doubts(reading))
    for row, numbers in enumerate(reading.symbols):
        for place, number in enumerate(numbers):
            gap = _ROW_GAP if row and not place else " " if place else ""
            parts += filter(lambda part: part.text, [Part(gap, False)])
            parts += [Part(reading.spell([symbol]), symbol in doubtful) for symbol in number]
    return _join(parts)


def _join(parts: list[Part]) -> list[Part]:
    """Join neighbors of the same kind."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].doubtful == part.doubtful:
            joined[-1] = Part(joined[-1].text + part.text, part.doubtful)
        else:
            joined.append(part)
    return joined


def describe_check(reading: Reading) -> str:
    """Return what to check in a few words: "check the 0", "check 0 and 4", "check 5 digits", or ""."""
    doubts = doubt_text.list_doubts(reading)
    if len(doubts) > _MAX_DIGITS:
        return f"check {len(doubts)} {_name_kind(doubts)}"
    names = [_name(reading, symbol) for symbol in doubts]
    is_digit = len(doubts) == 1 and not doubts[0].is_sign
    return f"check {'the ' if is_digit else ''}{' and '.join(names)}" if doubts else ""


def seems_mirrored(reading: Reading) -> bool:
    """Return whether the writing seems to be mirrored, and no user has corrected or confirmed all of it."""
    return reading.mirrored and not (len(reading.corrected) and reading.corrected.all())


def describe_view(reading: Reading) -> str:
    """Return in a few words how a photo was turned, and whether it seems mirrored: "turned by 90°"."""
    turned = f"turned by {reading.turn}°" if reading.turn else ""
    return ", ".join(filter(None, ["seems mirrored" if seems_mirrored(reading) else "", turned]))


def _name_kind(symbols: Sequence[Symbol]) -> str:
    signs = sum(symbol.is_sign for symbol in symbols)
    return "signs" if signs == len(symbols) else "digits and signs" if signs else "digits"


def _name(reading: Reading, symbol: Symbol) -> str:
    text = reading.spell([symbol])
    return name_sign(text) if symbol.is_sign else text


def show_doubts(reading: Reading) -> None:
    """Show the numbers to check, and on demand how sure each number is."""
    numbers = [number for row in reading.symbols for number in row if reading.find_doubtful(number)]
    items = [_format_number(reading, number) for number in numbers[:_MAX_NUMBERS]]
    if len(numbers) > _MAX_NUMBERS:
        more = formatting.format_count(len(numbers) - _MAX_NUMBERS, "more number")
        items.append(f'<span role="listitem">and {more}</span>')
    if items:
        listed = f'<div role="list" aria-label="Numbers to check">{"".join(items)}</div>'
        st.html(f'<div class="doubts">Check {listed}</div>')


def show_confidence(reading: Reading, changed: NDArray[np.bool_]) -> None:
    """Show, on demand, how sure each number is, or who corrected it, see `confidence_text.describe_number`."""
    numbers = [number for row in reading.symbols for number in row][:_MAX_CONFIDENCES]
    items = "".join(
        f"<li>{html.escape(reading.spell(number))}: {confidence_text.describe_number(reading, number, changed)}</li>"
        for number in numbers
    )
    st.html(f'<details class="how-sure"><summary>How sure?</summary><ul>{items}</ul></details>')


def _format_number(reading: Reading, number: Sequence[Symbol]) -> str:
    """Return the HTML of a number and of what to check in it: "2047: 0 or 6?"."""
    doubtful = reading.find_doubtful(number)
    text = "".join(reading_view.format_symbol(reading, symbol) for symbol in number)
    if len(doubtful) > _MAX_DIGITS:
        check = f"{'all ' if len(doubtful) == len(number) else ''}{len(doubtful)} {_name_kind(doubtful)}"
    else:
        check = ", ".join(doubt_text.ask(reading, symbol) for symbol in doubtful)
    title = ", ".join(f"{_name(reading, symbol)} {_describe_symbol(reading, symbol)}" for symbol in doubtful)
    return f'<span role="listitem" title="{html.escape(title)}"><b>{text}</b>: {check}</span>'


def _describe_symbol(reading: Reading, symbol: Symbol) -> str:
    """Return "54.5% or 6: 42.7%", or "54.5%" for a sign."""
    confidence = formatting.format_percent(reading.compute_confidence([symbol]))
    return confidence if symbol.is_sign else f"{confidence} {doubt_text.describe_runner_up(reading, symbol.at)}"
