"""A component that shows the pages of a file as small pictures, of which one is opened by a click or a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("page_strip")


class PageTile(NamedTuple):
    """A page in the strip.

    Attributes:
        number: its number, from 1.
        state: what is known of it, in a word or two: "waiting".
        kind: "read", "look" if somebody should look at it, "waiting" or "left-out".
        picture: JPEG file of it in small, b"" if it cannot be drawn, None if it is not sent: the browser keeps the one
            that it has, and asks for it once the page is in view.
        turn: degrees clockwise by which the picture is shown turned: 0, 90, 180 or 270.
    """

    number: int
    state: str
    kind: str
    picture: bytes | None = None
    turn: int = 0


class PagePress(NamedTuple):
    """A click on a page: its time in milliseconds of the browser's clock, and the number of the page."""

    made: int
    number: int


def get_press(key: str) -> PagePress | None:
    """Return the last click on the strip `key`."""
    state: Any = st.session_state.get(key) or {}
    press = state.get("press")
    return PagePress(int(press["made"]), int(press["number"])) if press else None


def get_view(key: str, file: str) -> tuple[int, int] | None:
    """Return the numbers of the first and the last page in view on the strip `key`, None if that is of another file."""
    state: Any = st.session_state.get(key) or {}
    view = state.get("view")
    return (int(view["first"]), int(view["last"])) if view and view["file"] == file else None


def show(key: str, file: str, tiles: Sequence[PageTile], opened: int) -> None:
    """Show the pages of a file.

    Args:
        key: key of the strip.
        file: key of the file.
        tiles: its pages.
        opened: number of the page that is open.
    """
    pages = [
        {
            "number": tile.number,
            "state": tile.state,
            "kind": tile.kind,
            "label": f"Page {tile.number} of {len(tiles)}, {tile.state}",
            "url": to_data_url(tile.picture) if tile.picture else "",
            "lacks": tile.picture is None,
            "turn": tile.turn,
        }
        for tile in tiles
    ]
    data = {"file": file, "pages": pages, "opened": opened, "label": "Pages of the file"}
    _component(key=key, data=data, on_press_change=lambda: None, on_view_change=lambda: None)
