"""Find blocks of rows that stand side by side: columns of a page, and sums with a line of their own.

A wide channel of paper parts the boxes of a page into strips. Rows of a table go on beyond a channel, those of blocks
do not: they stand at other heights, or a line over the result ends at the channel.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.boxes import widths_and_heights
from digitnet.segmentation.row_slope import estimate_row_slope
from digitnet.types import Boxes

_MIN_CHANNEL = 1.2  # Digit heights between blocks.
_MIN_ROWS = 3  # A block has so many rows, or one with a line below two of them.
_MIN_ROWS_OVER_LINE, _MAX_SUM_ROWS = 2, 8
_NEAR_BOXES = 3  # So many boxes on either side of a channel tell how high their row is there.
# Distance of the rows of one block from the nearest of the next, in digit heights.
_MIN_MEAN_OFF, _MIN_MEDIAN_OFF = 0.2, 0.17
_MIN_MEAN_OFF_STEPS, _MIN_DRIFT_STEPS = 0.1, 0.2  # Steps of a row: far rows are written less exactly in line.
_MIN_DRIFT, _MAX_UNEVEN = 0.5, 0.1  # The rows of two blocks drift apart by so many digit heights, how evenly.
_MIN_DRIFT_SHARE = 0.06  # Of the way down the page; the rows of a table seen from the side drift by less.
_MAX_OFF_RATIO, _MIN_MET = 0.75, 4  # Nearest rows are less than so many steps of a row apart; so many are compared.
_MIN_BAND_GAP, _MIN_BAND_GAP_RATIO = 0.8, 1.6  # Between bands of rows: digit heights, and times the usual gap.
_MIN_SUM_LINE, _MAX_DROP = 1.2, 2.0  # Digit heights: the length of a line over a result, and its place below a row.
_MIN_RULED, _MAX_RULED_RATIO = 2, 1.5  # So many lines join the rows of two strips, at most so many for each row.
_MIN_LINE_CHANNEL, _MAX_LINE_STEP = 0.3, 1.0  # Digit heights: a channel between two such lines, and how level they are.
_MAX_OVERHANG = 1.5  # By so many digit heights a line may reach beyond its block, under a sign beside it.


class _Level(NamedTuple):
    """Boxes as they are once their rows are level, in digit heights.

    Attributes:
        sides: float64 (n, 2), left and right.
        middles: float64 (n,), y.
        row: int32 (n,), the row of each as it was found.
        lines: float64 (k, 3), left, right and y of lines that run across.
    """

    sides: NDArray[np.float64]
    middles: NDArray[np.float64]
    row: NDArray[np.int32]
    lines: NDArray[np.float64]


def find_blocks(boxes: Boxes, row: NDArray[np.int32], lines: Boxes) -> list[NDArray[np.intp]]:
    """Find blocks that stand side by side; return the boxes of each in reading order, none if there are no two.

    Args:
        boxes: int32 (n, 4).
        row: int32 (n,), the row of each, if rows run across the page.
        lines: int32 (k, 4), the ends x0 y0 x1 y1 of drawn lines.
    """
    if len(boxes) < 2 * _MIN_ROWS:
        return []
    level = _make_level(boxes, row, lines)
    everything = np.arange(len(boxes))
    blocks = _divide(level, everything)
    if len(blocks) > 1:
        return blocks
    bands = _find_bands(level)
    parts = [_divide(level, band) for band in bands] if len(bands) > 1 else []
    return [block for part in parts for block in part] if any(len(part) > 1 for part in parts) else []


def _make_level(boxes: Boxes, row: NDArray[np.int32], lines: Boxes) -> _Level:
    _, tall = widths_and_heights(boxes)
    height = max(1.0, float(np.median(tall)))
    slope = estimate_row_slope(boxes, row)
    x, y = boxes[:, ::2].sum(axis=1) / 2, boxes[:, 1::2].sum(axis=1) / 2
    sides = boxes[:, ::2] + (slope * y)[:, None]
    across = lines[np.abs(lines[:, 2] - lines[:, 0]) > np.abs(lines[:, 3] - lines[:, 1])].astype(np.float64)
    middle = across[:, 1::2].sum(axis=1, keepdims=True) / 2
    ends = np.sort(across[:, ::2], axis=1) + slope * middle
    level_y = middle - slope * across[:, ::2].sum(axis=1, keepdims=True) / 2
    return _Level(sides / height, (y - slope * x) / height, row, np.hstack([ends, level_y]) / height)


def _divide(level: _Level, members: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Divide boxes into the blocks that stand side by side; return one block if there are no two."""
    strips = _find_strips(level, members)
    blocks = strips[:1]
    for before, after in pairwise(strips):
        if _are_apart(level, before, after):
            blocks.append(after)
        else:
            blocks[-1] = np.concatenate([blocks[-1], after])
    return blocks


def _find_strips(level: _Level, members: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Find the strips between channels; one of few rows belongs to its nearer neighbor."""
    order = members[np.argsort(level.sides[members, 0], kind="stable")]
    starts, ends = level.sides[order[1:], 0], np.maximum.accumulate(level.sides[order, 1])[:-1]
    is_wide = starts - ends >= _MIN_CHANNEL
    for place in np.flatnonzero(~is_wide & (starts - ends >= _MIN_LINE_CHANNEL)).tolist():
        is_wide[place] = _parts_lines(level.lines, float(ends[place]), float(starts[place]))
    cuts = np.flatnonzero(is_wide) + 1
    strips, widths = np.split(order, cuts), (starts - ends)[cuts - 1].tolist()
    while len(strips) > 1:
        few = [place for place, strip in enumerate(strips) if not _may_be_block(level, strip)]
        if not few:
            break
        place = few[0]
        channel = min((at for at in (place - 1, place) if 0 <= at < len(widths)), key=widths.__getitem__)
        strips[channel : channel + 2] = [np.concatenate(strips[channel : channel + 2])]
        del widths[channel]
    return strips


def _parts_lines(lines: NDArray[np.float64], left: float, right: float) -> bool:
    """Tell whether one line ends and another one at its height begins beside the channel from `left` to `right`.

    No line at their height runs through the channel.
    """
    before, after = lines[lines[:, 1] <= right, 2], lines[lines[:, 0] >= left, 2]
    through = lines[(lines[:, 0] < left) & (lines[:, 1] > right), 2]
    before = before[(np.abs(before[:, None] - through) > _MAX_LINE_STEP).all(axis=1)]
    return bool((np.abs(before[:, None] - after) <= _MAX_LINE_STEP).any())


def _may_be_block(level: _Level, strip: NDArray[np.intp]) -> bool:
    return len(np.unique(level.row[strip])) >= _MIN_ROWS or _has_sum_line(level, strip)


def _has_sum_line(level: _Level, strip: NDArray[np.intp]) -> bool:
    """Tell whether a line that is not much longer than a strip lies in it, above the last of its rows or below it."""
    rows = np.unique(level.row[strip])
    if not _MIN_ROWS_OVER_LINE <= len(rows) <= _MAX_SUM_ROWS:
        return False
    middles = np.sort([float(level.middles[strip][level.row[strip] == row].mean()) for row in rows])
    left, right = level.sides[strip, 0].min(), level.sides[strip, 1].max()
    for first, last, y in level.lines:
        is_own = first >= left - _MAX_OVERHANG and last <= right + _MAX_OVERHANG and last - first >= _MIN_SUM_LINE
        above = int((middles < y).sum())
        if is_own and above >= _MIN_ROWS_OVER_LINE and above >= len(rows) - 1 and y - middles[above - 1] <= _MAX_DROP:
            return True
    return False


def _are_apart(level: _Level, before: NDArray[np.intp], after: NDArray[np.intp]) -> bool:
    """Tell whether strips side by side are blocks: both have a line over a result, or their rows do not meet."""
    if _has_sum_line(level, before) and _has_sum_line(level, after):
        return True
    left, right = _measure_rows(level, before, -1), _measure_rows(level, after, 1)
    if min(len(left), len(right)) < _MIN_ROWS or _are_ruled(level, before, after):
        return False
    off = left[:, None] - right
    distances = np.concatenate([np.abs(off).min(axis=axis) for axis in (1, 0)])
    step = float(np.quantile(np.concatenate([np.diff(left), np.diff(right)]), 0.25))
    met = distances[distances < _MAX_OFF_RATIO * step]  # Other rows are empty on one side.
    least = max(_MIN_MEAN_OFF, _MIN_MEAN_OFF_STEPS * step)
    is_off = len(met) >= _MIN_MET and met.mean() >= least and np.median(met) >= _MIN_MEDIAN_OFF
    return bool(is_off or _drift_apart(off, step))


def _drift_apart(off: NDArray[np.float64], step: float) -> bool:
    """Tell whether the rows of two strips, which may begin at one height, have steps of their own.

    Args:
        off: float64 (n, m), how much lower each row of one strip is than each of the other.
        step: digit heights from row to row.
    """
    nearest = np.abs(off).argmin(axis=1)
    is_mutual = np.abs(off).argmin(axis=0)[nearest] == np.arange(len(off))
    met, heights = off[np.arange(len(off)), nearest][is_mutual], off[is_mutual, 0]
    is_near = np.abs(met) < _MAX_OFF_RATIO * step
    met, heights = met[is_near], heights[is_near]
    if len(met) < _MIN_ROWS:
        return False
    drift = np.polyval(np.polyfit(heights, met, 1), heights)
    is_wide = np.ptp(drift) >= max(_MIN_DRIFT, _MIN_DRIFT_STEPS * step, _MIN_DRIFT_SHARE * np.ptp(heights))
    return bool(is_wide and np.abs(met - drift).max() <= _MAX_UNEVEN)


def _are_ruled(level: _Level, before: NDArray[np.intp], after: NDArray[np.intp]) -> bool:
    """Tell whether lines run through two strips and part their rows, as in a table; squares are too many for that."""
    lines = level.lines[
        (level.lines[:, 0] < level.sides[before].mean()) & (level.lines[:, 1] > level.sides[after].mean())
    ]
    first = max(level.middles[before].min(), level.middles[after].min())
    last = min(level.middles[before].max(), level.middles[after].max())
    count = int(((lines[:, 2] > first) & (lines[:, 2] < last)).sum())
    rows = max(len(np.unique(level.row[before])), len(np.unique(level.row[after])))
    return _MIN_RULED <= count <= _MAX_RULED_RATIO * rows


def _measure_rows(level: _Level, strip: NDArray[np.intp], side: int) -> NDArray[np.float64]:
    """Return the heights of a strip's rows near its left side (1) or its right side (-1), float64 (m,)."""
    order = strip[np.argsort(side * level.sides[strip, 0], kind="stable")]
    rows = [order[level.row[order] == row][:_NEAR_BOXES] for row in np.unique(level.row[strip])]
    return np.sort([float(level.middles[row].mean()) for row in rows])


def _find_bands(level: _Level) -> list[NDArray[np.intp]]:
    """Divide boxes where rows stand clearly farther apart than usual."""
    rows = np.unique(level.row)
    middles = np.array([level.middles[level.row == row].mean() for row in rows])
    order = np.argsort(middles, kind="stable")
    steps = np.diff(middles[order]) - 1  # Digits are about one high.
    if not len(steps):
        return []
    wide = steps > max(_MIN_BAND_GAP, _MIN_BAND_GAP_RATIO * float(np.median(steps.clip(0))))
    return [np.flatnonzero(np.isin(level.row, rows[part])) for part in np.split(order, np.flatnonzero(wide) + 1)]
