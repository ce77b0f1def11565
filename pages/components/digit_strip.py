"""A component that shows the digits and signs of a picture to click on and correct.

The user clicks a digit, on the picture or in the strip below it, and then its label; on the keyboard, a key labels
the focused digit at once. The browser keeps the presses in a log until the page has handled them, so that none is
lost when the next run of the page begins before the last has ended.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from digitnet.labels import NOT_A_DIGIT
from digitnet.reading.signs import SIGNS
from pages.components import loader
from pages.shared.formatting import to_data_url

LABEL, SPLIT, JOIN, REMOVE, MOVE, ADD = "label", "split", "join", "remove", "move", "add"
NO_BOX = (0.0, 0.0, 0.0, 0.0)
_MAX_TILES = 400  # The strip shows no more tiles; further digits can only be clicked on the picture.
_component = loader.load_component("digit_strip")


class StripTile(NamedTuple):
    """A component of a picture in the strip, or a sign.

    Attributes:
        digest: digest of its crop, or the identity of the sign.
        box: left, top, width and height as shares of the picture.
        png: PNG file of its crop, b"" if there is none.
        label: 0 to 9, NOT_A_DIGIT, or more for each of `SIGNS` in their order.
        confidence: text beside the label.
        details: text under the label.
        description: text for screen readers and for the mouse pointer.
        doubtful: whether the digit is marked as doubtful.
        refused: whether the network refused it as not a digit.
        labeled: whether a user has labeled it.
        name: "Digit 3", "Shape 1" or "Sign 2"; "" for its place in the strip.
        is_sign: whether it is a sign, which has other labels than digits and no box to edit.
    """

    digest: str
    box: tuple[float, float, float, float]
    png: bytes
    label: int
    confidence: str = ""
    details: str = ""
    description: str = ""
    doubtful: bool = False
    refused: bool = False
    labeled: bool = False
    name: str = ""
    is_sign: bool = False


class StripPress(NamedTuple):
    """A user's action on a component; later presses have higher numbers.

    Attributes:
        number: number of the press.
        digest: digest of the component, "" for ADD.
        label: label to save, for LABEL; that of a sign also for a digit.
        action: LABEL, SPLIT, JOIN with the next one, REMOVE, MOVE to `box`, or ADD a component at `box`.
        box: left, top, width and height as shares of the picture.
    """

    number: int
    digest: str
    label: int = NOT_A_DIGIT
    action: str = LABEL
    box: tuple[float, ...] = NO_BOX


class ChosenTile(NamedTuple):
    """The component that was chosen last: its digest, and the place that it had."""

    digest: str
    place: int


def get_chosen(key: str) -> ChosenTile | None:
    """Return the component that was chosen last on the strip `key`, or None."""
    state: Any = st.session_state.get(key) or {}
    chosen = state.get("chosen")
    return ChosenTile(str(chosen["digest"]), int(chosen["place"])) if chosen else None


def get_presses(key: str, seen: int) -> list[StripPress]:
    """Return the presses on the strip `key` after the press number `seen`, oldest first."""
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
    splits: bool = True,
    to_signs: bool = True,
    none: str = "Not a digit",
    chosen: int | None = None,
    status: str = "",
) -> None:
    """Show tiles to click on, below the picture if there is one.

    Args:
        key: key of the strip.
        tiles: the components; only the first 400 get a tile in the strip.
        seen: number of the last press that was handled.
        picture: PNG or JPEG file of the picture, with boxes on it unless they can be edited.
        alt: description of the picture.
        small: whether tiles show nothing but the digit.
        edits: whether boxes can be drawn and dragged on the picture.
        splits: whether digits can be split and joined.
        to_signs: whether a digit can be labeled as a sign.
        none: text of the key that labels a component as not a digit.
        chosen: place of the chosen component, which is marked; None if the page need not know which one it is.
        status: message for screen readers.
    """
    data = {
        "tiles": [_to_dict(tile, shown=place < _MAX_TILES) for place, tile in enumerate(tiles)],
        "seen": seen,
        "url": to_data_url(picture) if picture else "",
        "alt": alt,
        "small": small,
        "edits": edits,
        "splits": splits,
        "to_signs": to_signs,
        "none": none,
        "signs": SIGNS,
        "chosen": chosen,
        "status": status,
    }
    _component(key=key, data=data, on_log_change=lambda: None, on_chosen_change=lambda: None)


def _to_dict(tile: StripTile, *, shown: bool) -> dict[str, Any]:
    url = to_data_url(tile.png) if shown and tile.png else ""
    return {**tile._asdict(), "png": None, "url": url, "shown": shown}
