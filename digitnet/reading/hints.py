"""Define hints: what a user knows of a picture, to override automatic detection."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from digitnet.errors import ImageError
from digitnet.expectations.expect import Expect

Corners = tuple[tuple[int, int], ...]  # x and y of the four corners of a sheet, in the order along its sides.
LineEnds = tuple[int, int, int, int]  # x0, y0, x1, y1 of a line.
_MIN_AREA_PIXELS = 16  # A smaller sheet holds no digit.


@dataclass(frozen=True)
class Hints:
    """Knowledge of a picture; None means automatic detection.

    Attributes:
        dark_on_light: whether the ink is darker than its ground.
        lines: whether lines are printed on the paper; True looks for them with less caution.
        region: the only part to read, as x0, y0, x1, y1 in pixels of the upright picture.
        sheets: False to read the whole picture, and not only the sheets of paper that are found on it.
        turn: degrees by which the picture is turned clockwise to stand upright: 0, 90, 180 or 270.
        slope: degrees by which the rows rise after that, -45 to 45.
        outlines: the outlines of the sheets to read, in place of those that are found: x and y of four corners each,
            in pixels of the upright picture, in the order along the sides.
            Empty to read the whole picture.
        grid: the lines that part the cells of a table, in place of those that are found: x0, y0, x1, y1 of the ends
            of each, in pixels of the upright picture. Empty for no table.
        expect: what is expected of each number.

    Raises:
        ImageError: an outline has other than four corners or no area, a line of the grid no length, or both outlines
            and a region are given.
    """

    dark_on_light: bool | None = None
    lines: bool | None = None
    region: tuple[int, int, int, int] | None = None
    sheets: bool | None = None
    turn: int | None = None
    slope: float | None = None
    outlines: tuple[Corners, ...] | None = None
    grid: tuple[LineEnds, ...] | None = None
    expect: Expect | None = None

    def __post_init__(self) -> None:
        if self.outlines and self.region:
            raise ImageError("Expected a region to read or outlines of sheets. Received: both; leave one out.")
        for corners in self.outlines or ():
            _check_outline(corners)
        for ends in self.grid or ():
            if len(ends) != 4 or ends[:2] == ends[2:]:
                raise ImageError(f"Expected the two ends of a line as X0,Y0,X1,Y1. Received: {_format(ends)}.")


def _check_outline(corners: Corners) -> None:
    """Check that four corners enclose a sheet whose sides do not cross and that bulges nowhere inwards."""
    if len(corners) != 4 or any(len(corner) != 2 for corner in corners):
        values = [value for corner in corners for value in corner]
        raise ImageError(f"Expected x and y of the four corners of a sheet. Received: {_format(values)}.")
    points = np.array(corners, np.float32)
    if cv2.contourArea(points) < _MIN_AREA_PIXELS or not cv2.isContourConvex(points):
        raise ImageError("The corners enclose no sheet. Set them in the order along its sides, none inside the others.")


def _format(values: tuple[int, ...] | list[int]) -> str:
    return ",".join(map(str, values)) or "nothing"
