"""Group boxes into rows and numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import Boxes


def estimate_row_heights(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the usual height of digits in the row of each box, in pixels, float64 (n,).

    Args:
        boxes: int32 (n, 4).
        row: int32 (n,), the row of each.
    """
    _, tall = widths_and_heights(boxes)
    usual = float(np.median(tall)) if len(tall) else 0.0
    height = np.zeros(len(tall))
    for each in np.unique(row):
        own = tall[row == each]
        # One tall group says little: a row of few goes by the page.
        alone = max(min(own.max(), usual), 0.5 * own.max())
        height[row == each] = np.quantile(own, 0.6) if len(own) > 2 else alone
    return height


def find_rows(boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the row of each box and the order in which the boxes are read.

    From left to right each box goes on the row whose last box it overlaps most in height, so that
    rows may slant and bend; a box that overlaps none opens a row.
    """
    rows: list[list[int]] = []
    for index in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable"):
        overlaps = [_height_overlap(boxes[row[-1]], boxes[index]) for row in rows]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] >= 0.4:
            rows[best].append(int(index))
        else:
            rows.append([int(index)])
    rows.sort(key=lambda row: float(np.mean(boxes[row][:, [1, 3]])))
    number = np.zeros(len(boxes), np.int32)
    for position, row in enumerate(rows):
        number[row] = position
    return number, np.array([index for row in rows for index in row], np.intp)


def find_numbers(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return which number each digit belongs to, counted in reading order.

    Args:
        boxes: int32 (n, 4) in reading order.
        row: int32 (n,), the row of each.

    A row falls into numbers where a gap is wider than a digit is tall and far wider than the gaps that
    are usual in the row.
    """
    starts = np.ones(len(boxes), np.bool_)
    for each in np.unique(row):
        own = np.flatnonzero(row == each)
        gaps = boxes[own[1:], 0] - np.maximum.accumulate(boxes[own, 2])[:-1]
        height = float(np.median(boxes[own, 3] - boxes[own, 1]))
        usual = float(np.median(np.sort(gaps)[: max(1, (len(gaps) + 1) // 2)])) if len(gaps) > 1 else 0.3 * height
        starts[own[1:]] = gaps > max(1.1 * height, 2.5 * usual)
    return np.cumsum(starts, dtype=np.int32) - 1


def _height_overlap(a: Boxes, b: Boxes) -> float:
    lower = max(1, min(a[3] - a[1], b[3] - b[1]))
    return float(min(a[3], b[3]) - max(a[1], b[1])) / lower
