"""Group boxes into rows and numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.blocks import find_blocks
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.columns import find_cell_starts
from digitnet.segmentation.number_gaps import find_clear_gaps
from digitnet.segmentation.row_slope import estimate_row_slope, level_boxes
from digitnet.types import Boxes, Mask

_MIN_SLOPE = 0.01  # Rows that fall less are level.
_MIN_ROW_OVERLAP = 0.4  # Share of the shorter box's height by which neighbors in a row overlap.
_NEAR_BOXES = 3  # As many boxes before an exponent tell the height of a digit.
_MAX_RAISED_RATIO, _SMALL_RATIO = (
    0.85,
    0.6,
)  # Heights of exponents, and of those that may stand clear, in digit heights.
_MAX_RAISED_MIDDLE = 0.15  # The middle of an exponent is not lower in the box before it, as a share of its height.
_MAX_RAISED_GAP, _MAX_RISE = 0.5, 0.3  # To the box before an exponent, in digit heights.
_MIN_GAP, _MIN_GAP_RATIO = 1.1, 2.5  # A gap that parts numbers: in digit heights, and in usual gaps of the row.


def estimate_row_heights(boxes: Boxes, row: NDArray[np.int32]) -> NDArray[np.float64]:
    """Estimate the usual height of digits in the row of each box, in pixels, float64 (n,).

    Args:
        boxes: int32 (n, 4).
        row: int32 (n,), the row of each.
    """
    _, tall = widths_and_heights(boxes)
    page_median = float(np.median(tall)) if len(tall) else 0.0
    heights = np.zeros(len(tall))
    for index in np.unique(row):
        members = np.flatnonzero(row == index)
        raised = find_raised(boxes[members])
        heights[members[raised]] = tall[members[raised]]
        members = members[~raised]
        row_tall = tall[members]
        # One tall group says little, so a row of one or two is measured by the page.
        limited = max(min(row_tall.max(), page_median), 0.5 * row_tall.max())
        heights[members] = np.quantile(row_tall, 0.6) if len(row_tall) > 2 else limited
    return heights


def find_rows(boxes: Boxes, lines: Boxes | None = None) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Find the row of each box and the reading order.

    Blocks of rows that stand side by side are read one after the other.

    Args:
        boxes: int32 (n, 4).
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of drawn lines, None without any.

    Returns:
        int32 (n,), the row of each, counted in reading order; and intp (n,), the order in which the boxes are read.
    """
    row, order = _chain_level_rows(boxes)
    blocks = find_blocks(boxes, row, np.empty((0, 4), np.int32) if lines is None else lines)
    if not blocks:
        return row, order
    slope = estimate_row_slope(boxes, row)
    parts, first = [], 0
    for block in blocks:
        row[block], order = _chain_level_rows(boxes[block], slope)
        row[block] += first
        first = int(row[block].max()) + 1
        parts.append(block[order])
    return row, np.concatenate(parts)


def _chain_level_rows(boxes: Boxes, usual_slope: float = 0.0) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Find rows as `_chain_rows`; if they slant, also with the boxes moved as if they were level.

    The second look counts unless its rows are in more level pieces: numbers far apart have met, which their slope had
    kept apart, or had put into other rows. Rows are counted from the top as if they were level, for a number far to the
    side may stand as high as the row above.

    Args:
        boxes: int32 (n, 4).
        usual_slope: the slope of rows that are too few to tell it.
    """
    found = _chain_rows(boxes)
    slope = estimate_row_slope(boxes, _number_rows(found, boxes)[0]) or usual_slope
    level = level_boxes(boxes, slope)
    chained = _chain_rows(level) if abs(slope) >= _MIN_SLOPE else found
    is_better = _count_pieces(chained, level) <= _count_pieces(found, level)
    return _number_rows(chained if is_better else found, level)


def _count_pieces(rows: list[list[int]], boxes: Boxes) -> int:
    """Count the level pieces of rows of boxes, int32 (n, 4); one ends where the next box is too high or too low."""
    count = len(rows)
    for row in rows:
        tops, bottoms = boxes[row][:, [1, 3]].T
        overlaps = np.minimum(bottoms[1:], bottoms[:-1]) - np.maximum(tops[1:], tops[:-1])
        shorter = np.maximum(1, np.minimum((bottoms - tops)[1:], (bottoms - tops)[:-1]))
        count += int((overlaps < _MIN_ROW_OVERLAP * shorter).sum())
    return count


def _number_rows(rows: list[list[int]], boxes: Boxes) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Count rows of boxes, int32 (n, 4), from the top; return the row of each and the order as `find_rows`."""
    ordered = sorted(rows, key=lambda row: float(np.mean(boxes[row][:, [1, 3]])))
    row_of_box = np.zeros(len(boxes), np.int32)
    for position, row in enumerate(ordered):
        row_of_box[row] = position
    return row_of_box, np.array([index for row in ordered for index in row], np.intp)


def _chain_rows(boxes: Boxes) -> list[list[int]]:
    """Find the boxes of each row from left to right, as indices.

    From left to right each box joins the row whose last box it overlaps most in height, so that rows may slant and
    bend. A box that overlaps none opens a row, unless it is raised like an exponent: then it belongs to the box that
    it follows, and the next one is compared with that.
    """
    rows: list[list[int]] = []
    bases: list[list[int]] = []  # The boxes of each row that are not raised.
    last = np.zeros((2, len(boxes)), boxes.dtype)  # Top and bottom of the last of these.
    for index in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable").tolist():
        overlaps = _measure_height_overlaps(last[:, : len(rows)], boxes[index])
        best = int(np.argmax(overlaps)) if rows else -1
        if best >= 0 and overlaps[best] >= _MIN_ROW_OVERLAP:
            rows[best].append(index)
            if not _is_raised(boxes[index], boxes[bases[best]], boxes[rows[best][-2]]):
                bases[best].append(index)
                last[:, best] = boxes[index, 1::2]
            continue
        under = [
            place for place in range(len(rows)) if _is_raised(boxes[index], boxes[bases[place]], boxes[rows[place][-1]])
        ]
        if under:
            rows[max(under, key=lambda place: int(boxes[rows[place][-1], 2]))].append(index)
        else:
            rows.append([index])
            bases.append([index])
            last[:, len(rows) - 1] = boxes[index, 1::2]
    return rows


def find_raised(boxes: Boxes) -> NDArray[np.bool_]:
    """Tell which boxes of a row, int32 (n, 4) from left to right, are raised like exponents, bool (n,)."""
    raised = np.zeros(len(boxes), np.bool_)
    for place in range(1, len(boxes)):
        raised[place] = _is_raised(boxes[place], boxes[:place][~raised[:place]], boxes[place - 1])
    return raised


def _is_raised(box: Boxes, bases: Boxes, before: Boxes) -> bool:
    """Tell whether a box stands high beside a row, as an exponent does.

    Args:
        box: int32 (4,).
        bases: int32 (n, 4), the boxes of the row that are not raised.
        before: int32 (4,), the last box of the row.
    """
    left, top, right, bottom = box.tolist()
    base_top, base_bottom = bases[-1, 1::2].tolist()
    height = bottom - top
    full = int((bases[-_NEAR_BOXES:, 3] - bases[-_NEAR_BOXES:, 1]).max())
    lowest = base_top - (_MAX_RISE * full if height < _SMALL_RATIO * full else 0)
    return (
        height <= _MAX_RAISED_RATIO * full
        and bottom >= lowest
        and (top + bottom) / 2 <= base_top + _MAX_RAISED_MIDDLE * (base_bottom - base_top)
        and -0.5 * (right - left) <= left - int(before[2]) <= _MAX_RAISED_GAP * full
    )


def find_numbers(
    boxes: Boxes,
    row: NDArray[np.int32],
    signs: Boxes | None = None,
    places: NDArray[np.int32] | None = None,
    structure: Mask | None = None,
) -> NDArray[np.int32]:
    """Find the number that each digit belongs to, int32 (n,), counted in reading order.

    A new number begins where a gap is wider than a digit is tall and far wider than the usual gaps of the row. Signs
    between two digits divide their gap, and the widest part counts. So does one with each cell of a table, and at
    narrower gaps of a row without signs that has gaps of two clearly different widths.

    Args:
        boxes: int32 (n, 4) in reading order.
        row: int32 (n,), the row of each.
        signs: int32 (k, 4), boxes of signs in reading order.
        places: int32 (k,), index of the digit that each sign stands before.
        structure: uint8 (h, w), 255 for the lines around the digits, None without any.
    """
    starts = np.ones(len(boxes), np.bool_)
    for row_index in np.unique(row):
        members = np.flatnonzero(row == row_index)
        reaches = np.maximum.accumulate(boxes[members, 2])
        gaps = boxes[members[1:], 0] - reaches[:-1]
        signed = np.isin(members, [] if places is None else places)
        if signs is not None and places is not None:
            for gap in np.flatnonzero(signed[1:]):
                between = signs[places == members[gap + 1]]
                lefts = np.append(between[:, 0], boxes[members[gap + 1], 0])
                gaps[gap] = (lefts - np.maximum.accumulate(np.append(reaches[gap], between[:, 2]))).max()
        height = float(np.median(boxes[members, 3] - boxes[members, 1]))
        usual = float(np.median(np.sort(gaps)[: max(1, (len(gaps) + 1) // 2)])) if len(gaps) > 1 else 0.3 * height
        starts[members[1:]] = gaps > max(_MIN_GAP * height, _MIN_GAP_RATIO * usual)
        if not signed.any():
            starts[members[1:]] |= find_clear_gaps(gaps / height, boxes[members])
    starts |= find_cell_starts(boxes, row, structure)
    return np.cumsum(starts, dtype=np.int32) - 1


def keep_apart(
    number: NDArray[np.int32], boxes: Boxes, row: NDArray[np.int32], known: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Part the numbers that join digits of two known ones, such as those of two cells; return int32 (n,).

    Args:
        number: int32 (n,), the number of each digit, counted in reading order.
        boxes: int32 (n, 4) in reading order.
        row: int32 (n,), the row of each.
        known: int32 (n,), the number that each was known to belong to, -1 for new digits.
    """
    starts = np.diff(number, prepend=-1) != 0
    seen = np.flatnonzero(known >= 0)
    for first, last in zip(seen[:-1].tolist(), seen[1:].tolist(), strict=True):
        if row[first] != row[last] or known[first] == known[last] or starts[first + 1 : last + 1].any():
            continue
        gaps = boxes[first + 1 : last + 1, 0] - boxes[first:last, 2]
        starts[first + 1 + int(gaps.argmax())] = True
    return np.cumsum(starts, dtype=np.int32) - 1


def _measure_height_overlaps(sides: NDArray[np.int32], box: Boxes) -> NDArray[np.float64]:
    """Measure the overlap of a box, int32 (4,), with others in height, as shares of the shorter one's, float64 (n,).

    Args:
        sides: int32 (2, n), the tops and the bottoms of the others.
        box: int32 (4,).
    """
    tops, bottoms = sides
    shorter = np.maximum(1, np.minimum(bottoms - tops, box[3] - box[1]))
    return np.asarray((np.minimum(bottoms, box[3]) - np.maximum(tops, box[1])) / shorter, np.float64)
