"""Say which digits of a reading to check, number by number."""

from __future__ import annotations

import html
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from pages.shared import confidence_text, formatting, reading_view

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
    """A part of a text: its characters, and whether they are doubtful digits."""

    text: str
    doubtful: bool


def split_text(reading: Reading) -> list[Part]:
    """Split the text of a reading, on one line, where doubtful digits begin and end."""
    parts: list[Part] = []
    for row, numbers in enumerate(reading.places):
        for place, number in enumerate(numbers):
            gap = _ROW_GAP if row and not place else " " if place else ""
            parts += filter(lambda part: part.text, [Part(gap, False)])
            parts += [Part(str(reading.labels[index]), bool(reading.doubtful[index])) for index in number]
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
    digits = [str(reading.labels[index]) for index in np.flatnonzero(reading.doubtful)]
    if len(digits) > _MAX_DIGITS:
        return f"check {len(digits)} digits"
    return f"check {'the ' if len(digits) == 1 else ''}{' and '.join(digits)}" if digits else ""


def show_doubts(reading: Reading) -> None:
    """Show the numbers to check, and on demand how sure each number is."""
    numbers = [number for row in reading.places for number in row if reading.doubtful[number].any()]
    items = [_format_number(reading, number) for number in numbers[:_MAX_NUMBERS]]
    if len(numbers) > _MAX_NUMBERS:
        more = formatting.format_count(len(numbers) - _MAX_NUMBERS, "more number")
        items.append(f'<span role="listitem">and {more}</span>')
    if items:
        listed = f'<div role="list" aria-label="Numbers to check">{"".join(items)}</div>'
        st.html(f'<div class="doubts">Check {listed}</div>')


def show_confidence(reading: Reading, changed: NDArray[np.bool_]) -> None:
    """Show, on demand, how sure each number is, or who corrected it, see `confidence_text.describe_number`."""
    numbers = [number for row in reading.places for number in row][:_MAX_CONFIDENCES]
    items = "".join(
        f"<li>{''.join(map(str, reading.labels[number]))}: "
        f"{confidence_text.describe_number(reading, number, changed)}</li>"
        for number in numbers
    )
    st.html(f'<details class="how-sure"><summary>How sure?</summary><ul>{items}</ul></details>')


def _format_number(reading: Reading, number: NDArray[np.intp]) -> str:
    """Return the HTML of a number and of what to check in it: "2047: 0 or 6?"."""
    doubtful = [int(index) for index in number[reading.doubtful[number]]]
    text = "".join(reading_view.format_digit(reading, int(index)) for index in number)
    if len(doubtful) > _MAX_DIGITS:
        check = f"{len(doubtful)} digits" if len(doubtful) < len(number) else f"all {len(doubtful)} digits"
    else:
        check = ", ".join(reading_view.ask(reading, index) for index in doubtful)
    title = ", ".join(f"{reading.labels[index]} {_describe_digit(reading, index)}" for index in doubtful)
    return f'<span role="listitem" title="{html.escape(title)}"><b>{text}</b>: {check}</span>'


def _describe_digit(reading: Reading, index: int) -> str:
    """Return "54.5% or 6: 42.7%"."""
    confidence = formatting.format_percent(float(reading.confidence[index]))
    return f"{confidence} {reading_view.describe_runner_up(reading, index)}"
