"""Link the strokes of a drawing that may belong to one digit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.set_partition import Members, list_members
from digitnet.segmentation.sizes import estimate_digit_length
from digitnet.types import Boxes

MAX_STROKES_OF_DIGIT = 4
MAX_CANDIDATES = 500  # Of linked strokes with more candidates, the rest is not listed: they are a scribble.
# The log-odds of a link, in nats: of strokes with one middle that were drawn one after the other; less for each height
# of a digit between the middles, more for a shorter stroke as tall as the digit, less if other strokes were drawn in
# between. Fitted to pen strokes of writers who are not scored.
_ODDS, _DISTANCE_ODDS, _HEIGHT_ODDS, _LATER_ODDS = 2.5, -17.0, 1.6, -2.0
_MIN_LINK_ODDS = -9.0  # Less likely links are left out.
# Gaps between strokes of one digit, in its height: beside each other, above each other, and between a bar and the
# stroke under it. A bar is shorter than the last number.
_MAX_GAP_BESIDE, _MAX_GAP_ABOVE, _MAX_BAR_GAP, _MAX_BAR_HEIGHT = 0.25, 0.25, 0.5, 0.3
# Strokes of one digit are together at most this many times as wide as tall, and as tall as a usual digit.
_MAX_WIDTH_RATIO, _MAX_HEIGHT_RATIO = 1.45, 1.6
_MIN_HEIGHT_RATIO = 0.5  # Less tall strokes are measured as if they were this many usual digits tall.


class StrokeLinks(NamedTuple):
    """The links between n strokes.

    Attributes:
        odds: float64 (n, n), log-odds in nats that two strokes belong to one digit; -inf without a link.
        near: bool (n, n), whether two strokes are close to each other; linked ones are.
        digit_height: usual height of a digit in pixels.
    """

    odds: NDArray[np.float64]
    near: NDArray[np.bool_]
    digit_height: float


def link_strokes(boxes: Boxes, times: NDArray[np.intp]) -> StrokeLinks:
    """Link the strokes that may belong to one digit.

    Args:
        boxes: int32 (n, 4).
        times: intp (n,), the place of each in the order in which they were drawn.
    """
    usual = estimate_digit_length(boxes)
    left, top, right, bottom = boxes.T
    heights = widths_and_heights(boxes)[1]
    beside = np.maximum.outer(left, left) - np.minimum.outer(right, right)
    above = np.maximum.outer(top, top) - np.minimum.outer(bottom, bottom)
    wide = np.maximum.outer(right, right) - np.minimum.outer(left, left)
    tall = np.maximum.outer(bottom, bottom) - np.minimum.outer(top, top)
    height = np.maximum(tall, _MIN_HEIGHT_RATIO * usual)
    shorter = np.minimum.outer(heights, heights) / height
    max_gap = np.where(shorter < _MAX_BAR_HEIGHT, _MAX_BAR_GAP, _MAX_GAP_ABOVE) * height
    near = (beside < _MAX_GAP_BESIDE * height) & (above < max_gap) & (tall < _MAX_HEIGHT_RATIO * usual)
    np.fill_diagonal(near, np.False_)
    distance = np.abs(np.subtract.outer(left + right, left + right)) / 2 / height
    later = np.abs(np.subtract.outer(times, times)) > 1
    odds = _ODDS + _DISTANCE_ODDS * distance + _HEIGHT_ODDS * shorter + _LATER_ODDS * later
    is_linked = near & (wide < _MAX_WIDTH_RATIO * height) & (odds > _MIN_LINK_ODDS)
    return StrokeLinks(np.where(is_linked, odds, -np.inf), near, usual)


def list_candidates(boxes: Boxes, links: StrokeLinks) -> dict[Members, float]:
    """List the sets of strokes that may be one digit: up to four that hang together by links.

    Args:
        boxes: int32 (n, 4), those of the strokes.
        links: the links between them.

    Returns:
        The sum of the log-odds of the links within each set, in nats. Strokes that are near no other are left out.
    """
    corners: list[list[int]] = boxes.tolist()
    linked = [{int(other): float(row[other]) for other in np.flatnonzero(np.isfinite(row))} for row in links.odds]
    grown = {1 << int(index): 0.0 for index in np.flatnonzero(links.near.any(axis=1))}
    found = dict(grown)
    for _ in range(1, MAX_STROKES_OF_DIGIT):
        larger: dict[Members, float] = {}
        for members, odds in grown.items():
            inside = list_members(members)
            for index in {other for member in inside for other in linked[member]}.difference(inside):
                more = members | 1 << index
                if more not in larger and _has_digit_size([corners[k] for k in (*inside, index)], links.digit_height):
                    larger[more] = odds + sum(linked[index].get(member, 0.0) for member in inside)
        found |= larger
        grown = larger
        if len(found) > MAX_CANDIDATES:
            break
    return found


def _has_digit_size(boxes: list[list[int]], digit_height: float) -> bool:
    """Tell whether strokes, given by their boxes, are together no larger than a digit."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    width, height = max(rights) - min(lefts), max(bottoms) - min(tops)
    is_narrow = width < _MAX_WIDTH_RATIO * max(height, _MIN_HEIGHT_RATIO * digit_height)
    return is_narrow and height < _MAX_HEIGHT_RATIO * digit_height
