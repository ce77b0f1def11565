"""A component that shows the outputs of a layer as pictures, to pick one unit by a click or with the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from pages.components import loader
from pages.shared.formatting import to_data_url

_component = loader.load_component("unit_picker")


class UnitPlace(NamedTuple):
    """A pixel on one of the pictures; row and column are -1 if the picture alone was picked.

    Attributes:
        tile: index of the picture.
        row: of the pixel, from the top.
        column: of the pixel, from the left.
    """

    tile: int
    row: int
    column: int


def get_pick(key: str) -> UnitPlace | None:
    """Return the place that was picked last on the pictures `key`, or None."""
    state: Any = st.session_state.get(key) or {}
    pick = state.get("pick")
    return UnitPlace(int(pick["tile"]), int(pick["row"]), int(pick["column"])) if pick else None


def show(
    key: str, pictures: Sequence[bytes], names: Sequence[str], label: str, chosen: UnitPlace, **sizes: int
) -> None:
    """Show pictures to pick a pixel of.

    Args:
        key: key of the component.
        pictures: PNG files of one size, a pixel for each unit.
        names: descriptions of the pictures.
        label: name of the component for screen readers.
        chosen: the place to mark.
        sizes: `rows` and `columns` of a picture, and its `width` on the page in pixels.
    """
    tiles = [{"url": to_data_url(png), "name": name} for png, name in zip(pictures, names, strict=True)]
    data = {"tiles": tiles, "label": label, "chosen": chosen._asdict(), **sizes}
    _component(key=key, data=data, on_pick_change=lambda: None)
