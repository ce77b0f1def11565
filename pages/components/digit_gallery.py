"""A component to select and correct several digits at once, or to pick one.

The browser keeps the presses in a log until the page has handled them, see `pages.components.digit_strip`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader
from pages.shared.formatting import to_data_url

DELETE, RESTORE, PICK = "delete", "restore", "pick"
_component = loader.load_component("digit_gallery")


class GalleryTile(NamedTuple):
    """A digit in the gallery.

    Attributes:
        id: number of the digit.
        png: PNG file of the digit.
        label: 0 to 9, or NOT_A_DIGIT.
        lines: lines of text under the label.
        description: text for screen readers and for the mouse pointer.
        small: whether the picture is 28 x 28.
        suspect: whether the label may be wrong.
        deleted: whether the digit is deleted.
    """

    id: int
    png: bytes
    label: int
    lines: list[str]
    description: str
    small: bool = False
    suspect: bool = False
    deleted: bool = False


class GalleryPress(NamedTuple):
    """A user's action on some digits; later presses have higher numbers.

    Attributes:
        number: number of the press.
        ids: numbers of the digits.
        action: DELETE, RESTORE, PICK or a label.
    """

    number: int
    ids: list[int]
    action: str


def get_presses(key: str, seen: int) -> list[GalleryPress]:
    """Return the presses in the gallery `key` after the press number `seen`, oldest first."""
    state: Any = st.session_state.get(key) or {}
    log = [
        GalleryPress(int(press["number"]), [int(digit_id) for digit_id in press["ids"]], str(press["action"]))
        for press in state.get("log") or []
    ]
    return sorted(press for press in log if press.number > seen)


def show(key: str, tiles: list[GalleryTile], seen: int, *, deletes: bool, label: str) -> None:
    """Show digits to select, with keys that relabel, delete or restore them.

    Args:
        key: key of the gallery.
        tiles: the digits.
        seen: number of the last press that was handled.
        deletes: whether digits can be deleted; if not, they can be restored.
        label: name of the gallery for screen readers.
    """
    _show(key, tiles, seen, deletes=deletes, label=label, picks=False)


def show_to_pick(key: str, tiles: list[GalleryTile], seen: int, label: str) -> None:
    """Show digits to pick one of by a click or Enter."""
    _show(key, tiles, seen, deletes=False, label=label, picks=True)


def _show(key: str, tiles: list[GalleryTile], seen: int, **settings: bool | str) -> None:
    data = [{**tile._asdict(), "png": None, "url": to_data_url(tile.png)} for tile in tiles]
    _component(key=key, data={"tiles": data, "seen": seen, **settings}, on_log_change=lambda: None)
