"""A component over the number on a page, in which the number can be typed anew.

At rest it shows nothing, and the number that the page shows below it is seen. A click on that number, or the Tab key,
opens a field in its place: Enter saves, Escape cancels. What was typed stays until it was saved or another number is
read, together with the reason if it could not be saved.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader

_LABEL = "The number. Type it anew if it is wrong; Enter saves, Escape cancels."
_component = loader.load_component("number_field")


class TypedNumber(NamedTuple):
    """A number that was typed; later ones have higher numbers of their own.

    Attributes:
        number: number of the entry.
        about: identity of the picture that the user saw.
        text: the digits and signs, row by row.
    """

    number: int
    about: str
    text: str


def get_typed(key: str, seen: int) -> TypedNumber | None:
    """Return what was typed last into the field `key` after the entry number `seen`, or None."""
    state: Any = st.session_state.get(key) or {}
    typed = state.get("typed")
    if not typed or int(typed["number"]) <= seen:
        return None
    return TypedNumber(int(typed["number"]), str(typed["about"]), str(typed["text"]))


def show(key: str, text: str, about: str, seen: int, *, size: str, problem: str = "") -> None:
    """Show the field in the container of a text, see `reading_view.show_rows`.

    Args:
        key: key of the field.
        text: rows of the number, joined by newlines.
        about: identity of the picture.
        seen: number of the last entry that was handled.
        size: font size in CSS.
        problem: why that entry was not saved, "" if it was.
    """
    data = {"text": text, "about": about, "seen": seen, "size": size, "problem": problem, "label": _LABEL}
    _component(key=key, data=data, on_typed_change=lambda: None)
