"""Choose what a number is expected to be, of kinds that are common, or in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from digitnet.errors import ExpectError
from digitnet.expectations.check_digits import list_checks
from digitnet.expectations.expect import Expect
from digitnet.expectations.phrases import EXAMPLES
from pages.shared import formatting, remembered

_ANY, _WORDS = "Any number", "Said in words"
_IBAN = "iban "
_COUNTRIES = sorted(name.removeprefix(_IBAN) for name in list_checks() if name.startswith(_IBAN))
_ORDERS = {"any": "in any order", "dmy": "day first", "mdy": "month first", "ymd": "year first"}


class _Detail(NamedTuple):
    """A further field of a kind.

    Attributes:
        name: end of the name of its choice.
        default: its value at first.
        show: function that shows it by a name and returns its value.
    """

    name: str
    default: Any
    show: Callable[[str], Any]


class _Kind(NamedTuple):
    """A kind of numbers: the phrases for it, made of the value of its detail if it has one."""

    phrases: Callable[[Any], str]
    detail: _Detail | None = None


def _show_digits(name: str) -> Any:
    return remembered.show(st.number_input, "Digits", 1, 30, name=name, default=5, step=1, width=140)


def _show_decimals(name: str) -> Any:
    return remembered.show(st.number_input, "Decimals", 1, 6, name=name, default=2, step=1, width=140)


def _show_order(name: str) -> Any:
    label, options = "Order", list(_ORDERS)
    return remembered.show(
        st.selectbox, label, options, name=name, default="any", format_func=_ORDERS.__getitem__, width=160
    )


def _show_country(name: str) -> Any:
    return remembered.show(st.selectbox, "Country", _COUNTRIES, name=name, default="DE", width=140)


def _show_values(name: str) -> Any:
    return remembered.show(st.text_input, "Allowed values", name=name, default="", placeholder="10 20 50", width=240)


def _show_words(name: str) -> Any:
    label, example = "In words", "16 digits, luhn, row"
    help = f"Phrases such as {EXAMPLES}."
    return remembered.show(st.text_input, label, name=name, default="", placeholder=example, help=help, width=240)


def _join_values(text: str) -> str:
    """Return the phrase for a list of values, which may be parted by semicolons."""
    return f"one of {' '.join(text.replace(';', ' ').split())}" if text.strip() else ""


_KINDS = {
    _ANY: _Kind(lambda _: ""),
    "So many digits": _Kind(lambda count: f"{count} digit{'s' * (count != 1)}", _Detail("digits", 5, _show_digits)),
    "Amount": _Kind(lambda count: f"{count} decimal{'s' * (count != 1)}", _Detail("decimals", 2, _show_decimals)),
    "Date": _Kind(lambda order: "date" if order == "any" else f"date {order}", _Detail("order", "any", _show_order)),
    "Time of day": _Kind(lambda _: "time"),
    "Card number (Luhn)": _Kind(lambda _: "luhn"),
    "Article number (EAN)": _Kind(lambda _: "ean"),
    "Book number (ISBN)": _Kind(lambda _: "isbn"),
    "Bank account (IBAN)": _Kind(lambda country: f"{_IBAN}{country}", _Detail("country", "DE", _show_country)),
    "Number with a check digit, mod 11": _Kind(lambda _: "mod 11"),
    "One of a list": _Kind(_join_values, _Detail("values", "", _show_values)),
    _WORDS: _Kind(str.strip, _Detail("words", "", _show_words)),
}


def show(name: str, label: str) -> None:
    """Show the choice `name` with its detail, and say what is wrong with it."""
    help = "Numbers are read by it, and marked as doubtful if they do not fit."
    chosen = remembered.show(st.selectbox, label, list(_KINDS), name=name, default=_ANY, help=help, width=280)
    if detail := _KINDS[chosen].detail:
        detail.show(f"{name}-{detail.name}")
    try:
        parse(get_phrases(name))
    except ExpectError as error:
        st.caption(f":material/error: {formatting.escape_markdown(str(error))}")


def get_phrases(name: str) -> str:
    """Return the choice `name` as phrases, "" for any number; they may be wrong."""
    kind = _KINDS.get(str(remembered.get(name, _ANY)), _KINDS[_ANY])
    value = remembered.get(f"{name}-{kind.detail.name}", kind.detail.default) if kind.detail else None
    return kind.phrases(value)


def get(name: str) -> Expect | None:
    """Return what the choice `name` expects, None if that is nothing, or wrong."""
    try:
        return parse(get_phrases(name))
    except ExpectError:
        return None


def parse(phrases: str) -> Expect | None:
    """Return what phrases expect, None for "".

    Raises:
        ExpectError: the phrases are not understood.
    """
    return Expect.parse(phrases) if phrases else None
