"""Take out numbers that are struck out: those with several strokes through them from end to end.

A single stroke does not count. Crossed 7s that share their bar look like that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.components import Components, find_components
from digitnet.segmentation.sizes import estimate_digit_length
from digitnet.segmentation.straight_lines import MIN_PENS, trace_level_lines
from digitnet.types import Mask

_MIN_ASPECT, _MAX_ASPECT = 0.9, 10.0  # Width to height of a number that is struck out.
_MIN_HEIGHT_RATIO, _MAX_HEIGHT_RATIO = 0.7, 2.0  # Its height, in lengths of a digit.
_MIN_SPAN = 0.85  # A stroke through it has this share of its width,
_MIN_LEVEL, _MAX_LEVEL = 0.2, 0.8  # and lies between these shares of its height. A grid also has lines beyond.
_MIN_STROKES = 2


def remove_strike_outs(ink: Ink) -> Ink:
    """Return ink without the numbers that are struck out; `struck_out` has their boxes."""
    if not ink.pen_width:
        return ink
    components = find_components(ink.map)
    members = np.flatnonzero(find_struck_out(components, ink.pen_width))
    if not len(members):
        return ink
    structure = np.where(components.number(members, ink.map.shape), 255, 0).astype(np.uint8)
    if ink.structure is not None:
        structure = np.maximum(structure, ink.structure)
    rest = np.where(structure, 0, ink.map).astype(np.uint8)
    return replace(ink, map=rest, structure=structure, struck_out=components.boxes[members])


def find_struck_out(components: Components, pen_width: float) -> NDArray[np.bool_]:
    """Tell which components are struck out, bool (n,).

    Args:
        components: n of them.
        pen_width: typical width of a stroke in pixels.
    """
    struck_out = np.zeros(len(components), np.bool_)
    if not len(components) or not pen_width:
        return struck_out
    width, height = widths_and_heights(components.boxes)
    length = estimate_digit_length(components.boxes)
    is_flat = (width >= _MIN_ASPECT * height) & (width <= _MAX_ASPECT * height) & (width >= MIN_PENS * pen_width)
    is_tall = (height >= _MIN_HEIGHT_RATIO * length) & (height <= _MAX_HEIGHT_RATIO * length)
    for index in np.flatnonzero(is_flat & is_tall).tolist():
        struck_out[index] = _is_struck_out(components.draw(np.array([index])), pen_width)
    return struck_out


def _is_struck_out(mask: Mask, pen_width: float) -> bool:
    """Tell whether strokes run through all of some ink, uint8 (h, w), 255 on 0."""
    height, width = mask.shape
    levels = [
        float(line.find_middle(width / 2)) / height
        for line in trace_level_lines(mask, pen_width)
        if line.length >= _MIN_SPAN * width
    ]
    return len(levels) >= _MIN_STROKES and all(_MIN_LEVEL <= level <= _MAX_LEVEL for level in levels)
