"""A component that lists photos with their texts, of which one is opened by a click.

The digits to check are marked in the text. A click on the opened photo closes it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("photo_list")


class PhotoRow(NamedTuple):
    """A photo in the list.

    Attributes:
        key: key of the photo.
        name: name of its file.
        parts: its text in parts, each with whether its digits are to be checked.
        check: what to check, or why there is no text.
        needs_look: whether somebody should look at it.
        is_waiting: whether it is still to be read.
        thumbnail: JPEG file of the photo in small, b"" if there is none.
    """

    key: str
    name: str
    parts: list[tuple[str, bool]]
    check: str = ""
    needs_look: bool = False
    is_waiting: bool = False
    thumbnail: bytes = b""


class PhotoPress(NamedTuple):
    """A click on a photo: its time in milliseconds of the browser's clock, and the key of the photo now open, or ""."""

    made: int
    opened: str


def get_press(key: str) -> PhotoPress | None:
    """Return the last click on the list `key`."""
    state: Any = st.session_state.get(key) or {}
    press = state.get("press")
    return PhotoPress(int(press["made"]), str(press["opened"])) if press else None


def show(key: str, rows: list[PhotoRow], opened: str, label: str) -> None:
    """Show photos to open one of.

    Args:
        key: key of the list.
        rows: the photos.
        opened: key of the opened one, or "".
        label: name of the list for screen readers.
    """
    data = {
        "rows": [
            {**row._asdict(), "thumbnail": None, "url": to_data_url(row.thumbnail) if row.thumbnail else ""}
            for row in rows
        ],
        "opened": opened,
        "label": label,
    }
    _component(key=key, data=data, on_press_change=lambda: None)
