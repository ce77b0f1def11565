"""Draw a digit on its way through a network: the strongest outputs of a few layers."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.explain.colormaps import apply_grays, arrange_in_grid
from digitnet.types import RGB

_HEIGHT = 252  # Pixels of the picture.
_GAP = 6  # Pixels between feature maps.
_LAYER_GAP = 28  # Pixels between layers.
_MAPS_PER_SIDE = 3  # Of a layer, this many times so many feature maps are drawn.
_MAX_LAYERS = 3


def draw_network(digit: NDArray[np.uint8], outputs: Sequence[NDArray[np.float32]]) -> RGB:
    """Draw a digit and the outputs of the layers before the last one, from left to right on white.

    Args:
        digit: uint8 (28, 28).
        outputs: of each layer with weights, float32 (h, w, maps) or (units,).

    Returns:
        uint8 (252, W, 3).
    """
    hidden = list(outputs[:-1])
    chosen = sorted({round(place) for place in np.linspace(0, len(hidden) - 1, _MAX_LAYERS)}) if hidden else []
    layers = [_resize(apply_grays(digit.astype(np.float32), 0, 255))]
    layers += [_draw_maps(hidden[index]) if hidden[index].ndim == 3 else _draw_units(hidden[index]) for index in chosen]
    gap = np.full((_HEIGHT, _LAYER_GAP, 3), 255, np.uint8)
    parts = [part for layer in layers for part in (gap, layer)]
    return np.hstack([*parts, gap])


def _draw_maps(outputs: NDArray[np.float32]) -> RGB:
    """Draw the strongest feature maps of a layer as a square of squares."""
    order = np.argsort(-outputs.max(axis=(0, 1)), kind="stable")[: _MAPS_PER_SIDE**2]
    side = (_HEIGHT - (_MAPS_PER_SIDE - 1) * _GAP) // _MAPS_PER_SIDE
    picture = np.full((_HEIGHT, _HEIGHT, 3), 255, np.uint8)
    for place, index in enumerate(order):
        row, column = (axis * (side + _GAP) for axis in divmod(place, _MAPS_PER_SIDE))
        shades = apply_grays(outputs[..., index], 0, float(outputs.max()))
        picture[row : row + side, column : column + side] = _resize(shades, side)
    return picture


def _draw_units(outputs: NDArray[np.float32]) -> RGB:
    """Draw the units of a layer as a grid of squares, taller than wide."""
    return _resize(apply_grays(arrange_in_grid(outputs).T, float(min(outputs.min(), 0)), float(outputs.max())))


def _resize(picture: RGB, height: int = _HEIGHT) -> RGB:
    width = max(1, round(picture.shape[1] * height / picture.shape[0]))
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
