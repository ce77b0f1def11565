"""Keep the intermediate results of reading a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.picture_views import PictureViews
from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.components import Components, find_components
from digitnet.segmentation.groups import MIN_LENGTH_RATIO
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB, Boxes


@dataclass(frozen=True)
class Stages:
    """Intermediate results of the pipeline.

    Attributes:
        image: uint8 (h, w, 3), the straight picture that was read: the picture itself, a part of it, one with a margin,
            or its sheets, stood straight, below each other.
        ink: the ink of `image`.
        offset: x and y of the first pixel of `image` in the straight picture of the reading's `placement`.
        min_length_ratio: components shorter than this share (0 to 1) of the typical digit were left out.
        strokes: the strokes of a drawing in pixels of the ink map, if they are known.
        views: `image` as one line, if it was looked at like that while its ink was decoded.
        digits: those of the reading, in pixels of the ink map and in its order; None before it is assembled.
        sheets: the stages of each sheet, and y of its first pixels in `image`, if several were read by themselves.
    """

    image: RGB
    ink: Ink
    offset: tuple[int, int] = (0, 0)
    min_length_ratio: float = MIN_LENGTH_RATIO
    strokes: Sequence[Stroke] = ()
    views: PictureViews | None = None
    digits: DecodedDigits | None = None
    sheets: tuple[tuple[Stages, int], ...] = ()

    @cached_property
    def components(self) -> Components:
        """The connected components of the ink, computed on first use."""
        return find_components(self.ink.map)

    def to_ink_map(self, boxes: Boxes) -> Boxes:
        """Return boxes of the straight picture, or the ends of lines, int32 (n, 4), in pixels of the ink map."""
        left, top = self.offset
        return np.round((boxes - [left, top, left, top]) * self.ink.scale).astype(np.int32)

    def shift(self, right: int, down: int) -> Stages:
        """Return the stages of the same picture as a part of another, or without its margin."""
        return replace(self, offset=(self.offset[0] + right, self.offset[1] + down))
