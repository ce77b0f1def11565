"""The digits of a picture to click on and put right: a component of our own.

A click chooses a digit, on the picture or in the strip under it, and a second one says what it is; the
keyboard does both at once. What was said goes into a log that the browser keeps until the page has taken
it in, so that nothing is lost if a run of the page is overtaken by the next.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from digitnet.labels import NOT_A_DIGIT
from pages.components import loader
from pages.shared.formatting import to_data_url

LABEL, SPLIT, JOIN, REMOVE, MOVE, ADD = "label", "split", "join", "remove", "move", "add"
NO_BOX = (0.0, 0.0, 0.0, 0.0)
MOST_TILES = 400
_component = loader.load_component("digit_strip")


class StripTile(NamedTuple):
    """A piece of a picture as the strip shows it.

    `box` is left, top, width and height as shares of the picture; `label` is 0 to 9, or NOT_A_DIGIT.
    """

    digest: str
    box: tuple[float, float, float, float]
    png: bytes
    label: int
    sure: str = ""
    less: str = ""
    said: str = ""
    doubtful: bool = False
    refused: bool = False
    known: bool = False


class StripPress(NamedTuple):
    """What somebody did to a piece; later presses have higher numbers.

    `action` is LABEL, for `label`, or what happens to its box: SPLIT, JOIN with the next one, REMOVE, MOVE to `box`;
    or ADD, of a new one at `box`, which are left, top, width and height as shares of the picture.
    """

    number: int
    digest: str
    label: int = NOT_A_DIGIT
    action: str = LABEL
    box: tuple[float, ...] = NO_BOX


def get_presses(key: str, seen: int) -> list[StripPress]:
    """Return what was pressed on the strip `key` after the press number `seen`, oldest first."""
    state: Any = st.session_state.get(key) or {}
    log = [
        StripPress(
            int(press["number"]), press["digest"], int(press["label"]), press["action"], tuple(press["box"] or NO_BOX)
        )
        for press in state.get("log") or []
    ]
    return sorted(press for press in log if press.number > seen)


def show(
    key: str,
    tiles: list[StripTile],
    seen: int,
    *,
    picture: bytes = b"",
    alt: str = "",
    small: bool = False,
    edits: bool = False,
    status: str = "",
) -> None:
    """Show tiles to click on, under a PNG or JPEG file of the picture if there is one.

    Args:
        key: of the strip.
        tiles: what was found; of very many only the first have a place in the strip.
        seen: number of the last press that was taken in.
        picture: with the boxes on it.
        alt: what it shows.
        small: tiles with nothing but the digit.
        edits: whether boxes can be drawn and dragged on the picture, which should show none then.
        status: what is said to those who hear the page.
    """
    data = {
        "pieces": [_to_dict(tile, shown=place < MOST_TILES) for place, tile in enumerate(tiles)],
        "seen": seen,
        "url": to_data_url(picture) if picture else "",
        "alt": alt,
        "small": small,
        "edits": edits,
        "status": status,
    }
    _component(key=key, data=data, on_log_change=lambda: None)


def _to_dict(tile: StripTile, *, shown: bool) -> dict[str, Any]:
    return {**tile._asdict(), "png": None, "url": to_data_url(tile.png) if shown else ""}
