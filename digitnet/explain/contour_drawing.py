"""Draw the contours of components and of their counters on the ink."""

from __future__ import annotations

import cv2

from digitnet.segmentation.components import Components
from digitnet.types import RGB, Gray

OUTER = (0, 114, 178)  # RGB of outer contours, blue.
COUNTER = (213, 94, 0)  # RGB of the contours of counters, vermilion.
_MAX_INK = 90  # Ink is this much darker than the paper at most, so that contours stand out.
_PIXELS_PER_LINE_WIDTH = 500  # A line is a pixel wider for each of these along the longer side.


def draw_contours(ink: Gray, components: Components) -> RGB:
    """Draw contours on an ink map: outer ones blue, those of counters vermilion.

    Args:
        ink: uint8 (h, w), ink 255 on 0.
        components: the components of that ink.

    Returns:
        uint8 (h, w, 3), pale ink on white.
    """
    pale = 255 - cv2.convertScaleAbs(ink, alpha=_MAX_INK / 255)
    picture = cv2.cvtColor(pale, cv2.COLOR_GRAY2RGB)
    width = 1 + round(max(ink.shape) / _PIXELS_PER_LINE_WIDTH)
    for contours, color in ((components.contours, OUTER), (components.counters, COUNTER)):
        cv2.drawContours(picture, contours, -1, color, width, cv2.LINE_AA)
    return picture
