"""Cut the fields of a form out of a picture, straight and in its own resolution."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.forms.template import Field, Template
from digitnet.types import RGB

Matrix = NDArray[np.float64]
_MARGIN = 0.1  # Around a box, as a share of its height: writing may leave it a little.
_MAX_MARGIN_PIXELS = 12.0  # Of the sheet, so that a column of a table does not take in its neighbors.
_REACH = 0.35  # Around a box, as a share of its height: so far writing that leaves it is followed.
_MAX_REACH = 0.016  # The most, as a share of the sheet's longer side.
_MAX_SIDE_PIXELS = 4000  # A field is cut out no larger.


class Cut(NamedTuple):
    """A field that was cut out.

    Attributes:
        image: the field and what is around it, uint8 (h, w, 3).
        sheet: the same part of the form's own sheet, uint8 (h, w).
        frame: the field with a margin, x0, y0, x1 and y1 in pixels of `image`.
        outline: corners of that in pixels of the picture, float64 (4, 2).
        to_sheet: x and y of the first pixel of `image` on the form's sheet, and pixels of the sheet to one of it.
    """

    image: RGB
    sheet: NDArray[np.uint8]
    frame: tuple[int, int, int, int]
    outline: NDArray[np.float64]
    to_sheet: tuple[float, float, float]

    @property
    def height(self) -> int:
        """The height of the field with its margin, in pixels of `image`."""
        return self.frame[3] - self.frame[1]


def cut_field(template: Template, field: Field, image: RGB, matrix: Matrix) -> Cut:
    """Cut a field and what is around it out of a picture.

    Args:
        template: the form.
        field: one of its fields.
        image: the picture, uint8 (H, W, 3).
        matrix: homography from pixels of the form's sheet to pixels of the picture, float64 (3, 3).
    """
    height = field.box[3] - field.box[1]
    margin = min(_MARGIN * height, _MAX_MARGIN_PIXELS)
    reach = max(margin, min(_REACH * height, _MAX_REACH * max(template.size)))
    corners = _find_corners(field, reach)
    outline = cv2.perspectiveTransform(corners[None], matrix)[0]
    sides = np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1)
    width, height = (max(4, round(float(side))) for side in (sides[[0, 2]].mean(), sides[[1, 3]].mean()))
    factor = min(1.0, _MAX_SIDE_PIXELS / max(width, height))
    size = max(4, round(width * factor)), max(4, round(height * factor))
    to_pixels = size[1] / (height + 2 * reach)
    inner = round((reach - margin) * to_pixels)
    return Cut(
        np.asarray(_warp(image, outline, size), np.uint8),
        np.asarray(_warp(template.gray, corners * template.scale, size), np.uint8),
        (inner, inner, size[0] - inner, size[1] - inner),
        cv2.perspectiveTransform(_find_corners(field, margin)[None], matrix)[0],
        (float(corners[0, 0]), float(corners[0, 1]), 1 / to_pixels),
    )


def _find_corners(field: Field, margin: float) -> NDArray[np.float64]:
    """Return the corners of a field with a margin, float64 (4, 2), in pixels of the form's sheet."""
    left, top, right, bottom = np.array(field.box, float) + margin * np.array([-1, -1, 1, 1])
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)


def _warp(image: NDArray[np.uint8], outline: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return what lies within an outline, (4, 2), as a picture of this width and height."""
    width, height = size
    low, high = np.floor(outline.min(axis=0)).astype(int), np.ceil(outline.max(axis=0)).astype(int) + 1
    low, high = np.clip(low, 0, None), np.clip(high, 1, (image.shape[1], image.shape[0]))
    low = np.minimum(low, high - 1)
    part = image[low[1] : high[1], low[0] : high[0]]
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(target, (outline - low).astype(np.float32))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)
