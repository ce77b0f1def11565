"""Digits to look through, choose and put right, several at once: a component of our own.

What is done to those that are chosen goes into a log, as in `pages.strip`. Where digits are only looked at,
a click picks one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader
from pages.shared.formatting import to_data_url

DELETE, RESTORE, PICK = "delete", "restore", "pick"
_component = loader.load_component("digit_gallery")


class GalleryTile(NamedTuple):
    """A digit as the gallery shows it; `small` is a picture of 28 x 28, `odd` one whose label is doubted."""

    id: int
    png: bytes
    label: int
    lines: list[str]
    said: str
    small: bool = False
    odd: bool = False
    deleted: bool = False


class GalleryPress(NamedTuple):
    """What is to be done to some digits: DELETE, RESTORE, PICK or a label; later presses have higher numbers."""

    number: int
    ids: list[int]
    action: str


def get_presses(key: str, seen: int) -> list[GalleryPress]:
    """Return what was pressed in the gallery `key` after the press number `seen`, oldest first."""
    state: Any = st.session_state.get(key) or {}
    log = [
        GalleryPress(int(press["number"]), [int(each) for each in press["ids"]], str(press["action"]))
        for press in state.get("log") or []
    ]
    return sorted(press for press in log if press.number > seen)


def show(key: str, tiles: list[GalleryTile], seen: int, *, deletes: bool, label: str) -> None:
    """Show digits to choose from, with keys that relabel them and delete them, or else restore them."""
    _show(key, tiles, seen, deletes=deletes, label=label, picks=False)


def show_to_pick(key: str, tiles: list[GalleryTile], seen: int, label: str) -> None:
    """Show digits of which a click, or Enter, picks one."""
    _show(key, tiles, seen, deletes=False, label=label, picks=True)


def _show(key: str, tiles: list[GalleryTile], seen: int, **settings: bool | str) -> None:
    pieces = [{**tile._asdict(), "png": None, "url": to_data_url(tile.png)} for tile in tiles]
    _component(key=key, data={"pieces": pieces, "seen": seen, **settings}, on_log_change=lambda: None)
