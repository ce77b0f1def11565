"""Draw what was taken for lines and frames, and the rows and columns of the numbers, on the ink of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import Ink
from digitnet.reading.result import Reading, require_stages
from digitnet.reading.table_grid import Cells
from digitnet.segmentation.components import Components
from digitnet.segmentation.frames import find_frames
from digitnet.types import RGB, Boxes

# RGB that color-blind people can tell apart (Okabe and Ito 2008).
DRAWN_LINE, RULED_LINE, STRUCK_OUT, FRAME = (0, 158, 115), (204, 121, 167), (213, 94, 0), (86, 180, 233)
COLUMN_COLORS = ((0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167))
_MAX_INK = 150  # Ink is this much darker than the paper at most, so that colors stand out.
_PIXELS_PER_LINE_WIDTH = 500  # A line is a pixel wider for each of these along the longer side.
_TINT = 0.25  # Share of its column's color in the box of a number.
_FONT, _FONT_HEIGHT = cv2.FONT_HERSHEY_SIMPLEX, 22  # Pixels of a digit of this font at scale 1.
_MIN_TAG_HEIGHT, _TAG_RATIO = 11.0, 0.4  # The number of a row is this high in pixels, or this share of its numbers.


def find_frame_contours(ink: Ink, components: Components) -> list[NDArray[np.int32]]:
    """Return the contours of the frames around writing that are left in the ink."""
    frames = find_frames(components, ink.pen_width)
    return [components.contours[index] for index in np.flatnonzero(frames).tolist()]


def draw_lines_and_frames(ink: Ink, frames: list[NDArray[np.int32]]) -> RGB:
    """Draw what was taken out of an ink in color, and the contours of frames, uint8 (h, w, 3).

    Lines around the writing are green, printed lines of the paper purple, what is struck out vermilion, frames blue.
    """
    picture = _draw_pale(ink)
    width = _choose_line_width(picture)
    for x0, y0, x1, y1 in ink.ruled.tolist():
        cv2.line(picture, (x0, y0), (x1, y1), RULED_LINE, width, cv2.LINE_AA)
    if ink.structure is not None:
        picture[ink.structure > 0] = DRAWN_LINE
        for left, top, right, bottom in np.maximum(ink.struck_out, 0).tolist():
            part = ink.structure[top:bottom, left:right] > 0
            picture[top:bottom, left:right][part] = STRUCK_OUT
    cv2.drawContours(picture, frames, -1, FRAME, width + 1, cv2.LINE_AA)
    return picture


def draw_rows_and_columns(reading: Reading, boxes: Boxes, cells: Cells, *, is_ruled: bool) -> RGB:
    """Draw the numbers of a reading with stages on their ink, those of a column in one color, uint8 (h, w, 3).

    A line leads along each row, with its number before it; a table by its lines shows these.

    Args:
        reading: the reading.
        boxes: int32 (n, 4), its numbers in pixels of the straight picture.
        cells: their cells.
        is_ruled: whether the cells are those between lines.
    """
    stages = require_stages(reading)
    picture, places = _draw_pale(stages.ink), stages.to_ink_map(boxes)
    width = _choose_line_width(picture)
    if is_ruled:
        lines = stages.to_ink_map(reading.placement.lines_to_straight(reading.ruling))
        cv2.polylines(picture, list(lines.reshape(-1, 2, 2)), False, DRAWN_LINE, width, cv2.LINE_AA)
    colors = [COLUMN_COLORS[column % len(COLUMN_COLORS)] for column in cells.column.tolist()]
    for (left, top, right, bottom), color in zip(places.tolist(), colors, strict=True):
        part = picture[max(0, top) : bottom, max(0, left) : right]
        part[:] = np.round((1 - _TINT) * part + _TINT * np.array(color))
        cv2.rectangle(picture, (left, top), (right, bottom), color, width)
    for row in np.unique(cells.row).tolist():
        _draw_row(picture, places[cells.row == row], str(row + 1), width)
    return picture


def _draw_row(picture: RGB, places: Boxes, name: str, width: int) -> None:
    """Draw a line from number to number of a row, and its name before the first."""
    middles = (places[:, :2] + places[:, 2:]) // 2
    for (_, _, right, _), (left, *_), one, other in zip(places, places[1:], middles, middles[1:], strict=False):
        cv2.line(picture, (int(right), int(one[1])), (int(left), int(other[1])), COLUMN_COLORS[0], width, cv2.LINE_AA)
    height = max(_MIN_TAG_HEIGHT, _TAG_RATIO * float(np.median(places[:, 3] - places[:, 1])))
    scale, thickness = height / _FONT_HEIGHT, max(1, round(height / 11))
    (across, down), _ = cv2.getTextSize(name, _FONT, scale, thickness)
    left, middle = max(0, int(places[0, 0]) - across - 3 * width), int(middles[0, 1]) + down // 2
    for color, extra in (((255, 255, 255), 4), ((0, 0, 0), 0)):
        cv2.putText(picture, name, (left, middle), _FONT, scale, color, thickness + extra, cv2.LINE_AA)


def _draw_pale(ink: Ink) -> RGB:
    pale = 255 - cv2.convertScaleAbs(ink.map, alpha=_MAX_INK / 255)
    return np.asarray(cv2.cvtColor(pale, cv2.COLOR_GRAY2RGB), np.uint8)


def _choose_line_width(picture: RGB) -> int:
    return 1 + round(max(picture.shape[:2]) / _PIXELS_PER_LINE_WIDTH)
