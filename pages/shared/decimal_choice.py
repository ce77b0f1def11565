"""Choose how decimals are written, to add the values of numbers to downloads of all pages of a tab."""

from __future__ import annotations

import streamlit as st

from digitnet.reading.number_values import AUTOMATIC, COMMA, POINT
from pages.shared import remembered

_DECIMAL = "decimal"  # Name of the choice.
_NO_VALUES = ""
_LABELS = {
    _NO_VALUES: "No",
    POINT: "Yes, written 1,234.50",
    COMMA: "Yes, written 1.234,50",
    AUTOMATIC: "Yes, as each number tells",
}


def choose_decimal() -> None:
    """Show the choice of how decimals are written."""
    remembered.show(
        st.selectbox,
        "Add the value of each number",
        list(_LABELS),
        name=_DECIMAL,
        default=_NO_VALUES,
        format_func=_LABELS.__getitem__,
        help="1250 for £1,250.00, as a key of the JSON and, of photos, a column of the CSV; the workbook goes by it, "
        "too. Dates, phone numbers and equations have none.",
    )


def get_decimal() -> str | None:
    """Return how decimals are written, one of `number_values.DECIMALS`, or None if no values are asked for."""
    return remembered.get(_DECIMAL) or None
