"""See a whole picture as one line, several times: as it is, with its slant taken out, and closer.

Where the views agree on a text it is hardly ever wrong, and where one of them is misled the others outvote it. Their
log-probabilities are averaged, as for an ensemble of networks.

Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015), for tests
on several views.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text
from digitnet.decoding.lines import Line
from digitnet.decoding.string_recognizer import COLUMN_WIDTH, recognize
from digitnet.preprocessing.strips import SIDE_MARGIN, STRIP_HEIGHT, render_strip
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes, Gray

_SLANT = 0.2  # Columns per row that hurried hands lean to the right.
_CLOSER = 1.1  # The closer view is this many times as large.
_FLOOR = 1e-4  # A view never thinks less of a text than this.
_MIN_HEIGHT_RATIO = 0.3  # Digits fill at least this share of the height of a picture that is one line.
_MIN_ASPECT, _MAX_ASPECT = 0.8, 20.0  # Width to height of such a picture.
_TEXTS_OF_VIEW = 5  # So many texts of each view are compared.


@dataclass(frozen=True, eq=False)
class PictureViews:
    """The views of a picture; they are recognized when they are first needed.

    Attributes:
        signal: uint8 (h, w), the picture with its ink dark on lighter paper.
        scale: pixels of the signal for a pixel of the picture.
    """

    signal: Gray
    scale: float = 1.0

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The picture recognized as it is, upright and closer."""
        strip = render_strip(self.signal)
        views = strip, _transform(strip, slant=_SLANT), _transform(strip, scale=_CLOSER)
        height = self.signal.shape[0]
        scale = height / STRIP_HEIGHT
        nobody = np.empty(0, np.intp)
        return tuple(
            Line(nobody, recognize(view), -SIDE_MARGIN * scale, COLUMN_WIDTH * scale, 0.0, float(height))
            for view in views
        )

    def may_be_line(self, boxes: Boxes, scale: float) -> bool:
        """Tell whether the picture may be one line of writing and hardly anything else.

        Args:
            boxes: int32 (n, 4) of the digits found in it.
            scale: pixels of the boxes for a pixel of the picture.
        """
        height, width = self.signal.shape
        if not _MIN_ASPECT * height <= width <= _MAX_ASPECT * height:
            return False
        _, heights = widths_and_heights(boxes)
        return not len(boxes) or float(np.median(heights)) / scale >= _MIN_HEIGHT_RATIO * height / self.scale

    def score(self, texts: Sequence[Text]) -> NDArray[np.float64]:
        """Return the mean log-probability of each text, float64 (k,)."""
        scores = [np.logaddexp(line.score(texts), math.log(_FLOOR)) for line in self.lines]
        return np.asarray(np.mean(scores, axis=0), np.float64)

    def find_likely_texts(self) -> list[tuple[Text, float]]:
        """Return the texts that any view finds likely and their mean log-probabilities, the likeliest first."""
        found = {text for line in self.lines for text, _ in line.find_likely_texts()[:_TEXTS_OF_VIEW]}
        texts = sorted(found)
        return sorted(zip(texts, self.score(texts).tolist(), strict=True), key=lambda item: -item[1])


def _transform(strip: Gray, slant: float = 0.0, scale: float = 1.0) -> Gray:
    """Return a strip, uint8 (40, w), with strokes that leaned to the right upright, or larger around its middle row."""
    height, width = strip.shape
    lean = slant * height
    matrix = np.array([[scale, slant, lean / 2], [0, scale, (1 - scale) * height / 2]])
    return np.asarray(cv2.warpAffine(strip, matrix, (round(width * scale + lean), height)), np.uint8)
