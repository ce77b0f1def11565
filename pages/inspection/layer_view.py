"""Show the outputs of a layer as pictures, and choose one of its units."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.colormaps import apply_grays, arrange_in_grid
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from pages.components import unit_picker
from pages.components.unit_picker import UnitPlace
from pages.inspection.unit_sum_view import format_number

_MAP_SIDE, _SMALL_MAP_SIDE = 84, 64  # Pixels of a feature map on the page.
_MAX_MAPS_PER_SHEET = 32  # More feature maps than this are shown smaller.
_MAX_GRID_WIDTH = 720  # Pixels of the outputs of a dense layer.
_MAX_ROW_LENGTH = 16  # So many units or less stand in one row.
_MAX_SQUARE_SIDE = 36  # Pixels of a unit of a dense layer.


def choose_unit(key: str, outputs: NDArray[np.float32], low: float, high: float) -> tuple[int, ...]:
    """Show the outputs of a layer, and return the index of the unit that was picked, or else of the strongest one.

    Args:
        key: key of the pictures.
        outputs: float32 (h, w, maps) or (units,).
        low: the number that is drawn black.
        high: the number that is drawn white.
    """
    if outputs.ndim == 3:
        return _choose_on_maps(key, outputs, low, high)
    return _choose_in_grid(key, outputs, low, high)


def describe_unit(unit: tuple[int, ...], outputs: NDArray[np.float32], *, is_last: bool) -> str:
    """Describe a unit by its place, with its output: "Feature map 7, row 12, column 9: 1.62".

    Args:
        unit: its index in `outputs`.
        outputs: of its layer.
        is_last: whether it is a unit of the last layer, one for each label.
    """
    value = format_number(float(outputs[unit]))
    if is_last:
        return f"The unit for {'not a digit' if unit[0] == NOT_A_DIGIT else unit[0]}: {value}"
    if len(unit) == 1:
        return f"Unit {unit[0] + 1}: {value}"
    row, column, index = unit
    return f"Feature map {index + 1}, row {row + 1}, column {column + 1}: {value}"


def _choose_on_maps(key: str, outputs: NDArray[np.float32], low: float, high: float) -> tuple[int, ...]:
    height, width, count = outputs.shape
    quiet = int((outputs.max(axis=(0, 1)) <= 0).sum())
    st.markdown(
        f"{count} feature maps of {height} × {width}: light where the filter finds its pattern in the digit"
        f"{f'; {quiet} find nothing' if quiet else ''}. Click a place to see its sum."
    )
    picked = unit_picker.get_pick(key)
    if picked is None or picked.tile >= count or picked.row >= height or picked.column >= width:  # Of another network.
        picked = UnitPlace(int(outputs.max(axis=(0, 1)).argmax()), -1, -1)
    row, column = picked.row, picked.column
    if row < 0:
        row, column = (int(side) for side in np.unravel_index(outputs[..., picked.tile].argmax(), (height, width)))
    shades = apply_grays(outputs, low, high)
    names = [f"Feature map {index + 1}, at most {outputs[..., index].max():.2g}" for index in range(count)]
    unit_picker.show(
        key,
        [to_png(shades[:, :, index]) for index in range(count)],
        names,
        f"{count} feature maps of this digit",
        UnitPlace(picked.tile, row, column),
        rows=height,
        columns=width,
        width=_MAP_SIDE if count <= _MAX_MAPS_PER_SHEET else _SMALL_MAP_SIDE,
    )
    return row, column, picked.tile


def _choose_in_grid(key: str, outputs: NDArray[np.float32], low: float, high: float) -> tuple[int, ...]:
    active, count = int((outputs > 0).sum()), len(outputs)
    st.markdown(
        f"{count} units, a square each: light where the output is large. {active} are above 0. Click one to see its "
        "sum."
    )
    grid = outputs[np.newaxis] if count <= _MAX_ROW_LENGTH else arrange_in_grid(outputs)
    height, width = grid.shape
    picked = unit_picker.get_pick(key)
    unit = int(outputs.argmax()) if picked is None or picked.row < 0 else picked.row * width + picked.column
    unit = min(unit, count - 1)
    unit_picker.show(
        key,
        [to_png(apply_grays(grid, low, high))],
        [f"Outputs of {count} units"],
        f"Outputs of {count} units",
        UnitPlace(0, unit // width, unit % width),
        rows=height,
        columns=width,
        width=max(6, min(_MAX_SQUARE_SIDE, _MAX_GRID_WIDTH // width)) * width,
    )
    return (unit,)
