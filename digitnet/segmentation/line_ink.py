"""Tell the ink of a line from that of the strokes over it, column by column along the line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.straight_lines import StraightLine
from digitnet.types import Mask

Depths = NDArray[np.intp]  # (n,): pixels of unbroken ink from a line's middle to one side, for each column.

_EDGE_PIXELS = 2.0  # A line is seen as thicker than it is by this much, because it is blurred.
_MIN_OVERLAP_PENS = 0.8  # A stroke runs along a line over at least this many pen widths.
_MAX_HIDDEN_PENS = 7.0  # A line hides at most so much of a stroke that comes out of it again.


class _Window(NamedTuple):
    """The ink along a line of n columns.

    Attributes:
        rows, columns: intp (n, k), places of its pixels in the mask.
        inked: bool (n, k), whether there is ink.
        offsets: intp (k,), rows from the line's middle.
        above, below: pixels of unbroken ink from the middle of the line up and down.
        edge: distance of the line's edge from its middle.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    inked: NDArray[np.bool_]
    offsets: NDArray[np.intp]
    above: Depths
    below: Depths
    edge: float


def draw_line_ink(mask: Mask, lines: Iterable[StraightLine], pen_width: float) -> Mask:
    """Return the ink of lines, uint8 (h, w), 255 on 0, without that of strokes over them.

    A stroke is kept whole where it crosses a line. Where it runs along a line, half hidden by it, it is kept as wide as
    the pen, measured from the side that is seen; so is the part between two such places. A stroke that only ends at a
    line is kept up to it.

    Args:
        mask: uint8 (h, w), 255 on 0, the ink.
        lines: lines of the mask.
        pen_width: typical width of a stroke in pixels.
    """
    drawn = np.zeros_like(mask)
    for line in lines:
        window = _look_along(mask, line, pen_width)
        offsets, edge = window.offsets, window.edge
        kept = ((window.above > edge + 1) & (window.below > edge + 1))[:, None]
        kept = kept | (offsets < (_find_hidden_depth(window.above, edge, pen_width) - edge)[:, None])
        kept |= offsets > (edge - _find_hidden_depth(window.below, edge, pen_width))[:, None]
        erased = window.inked & (np.abs(offsets) < edge) & ~kept
        drawn[window.rows[erased], window.columns[erased]] = 255
    return drawn


def is_top_stroke(mask: Mask, line: StraightLine, pen_width: float, overhang: float) -> bool:
    """Tell whether a line may be the joined bars of 7s and 5s: strokes hang from it, up to its ends.

    Args:
        mask: uint8 (h, w), 255 on 0, the ink.
        line: a line of the mask.
        pen_width: typical width of a stroke in pixels.
        overhang: pixels by which a line reaches beyond the strokes at both sides.
    """
    window = _look_along(mask, line, pen_width)
    hangs = (window.below > window.edge + 1) & (window.above <= window.edge + 1)
    stands = (window.above > window.edge + 1) & (window.below <= window.edge + 1)
    if hangs.sum() <= stands.sum():
        return False
    touched = np.flatnonzero(hangs)
    return bool(min(touched[0], line.length - 1 - touched[-1]) < overhang)


def _look_along(mask: Mask, line: StraightLine, pen_width: float) -> _Window:
    """Look at the ink of a mask, uint8 (h, w), along a line."""
    reach = line.thickness + round(pen_width) + 3
    x = np.arange(line.first, line.last + 1)
    offsets = np.arange(-reach, reach + 1)
    rows = np.round(line.find_middle(x)).astype(np.intp)[:, None] + offsets
    inside = (rows >= 0) & (rows < len(mask))
    rows = rows.clip(0, len(mask) - 1)
    inked = (mask[rows, x[:, None]] > 0) & inside
    above = np.logical_and.accumulate(inked[:, reach::-1], axis=1).sum(axis=1)
    below = np.logical_and.accumulate(inked[:, reach:], axis=1).sum(axis=1)
    columns = np.broadcast_to(x[:, None], rows.shape)
    return _Window(rows, columns, inked, offsets, above, below, line.thickness / 2 + _EDGE_PIXELS)


def _find_hidden_depth(depths: Depths, edge: float, pen_width: float) -> NDArray[np.float64]:
    """Return how deep a stroke at one side reaches into the line, in pixels, float64 (n,).

    Args:
        depths: pixels of ink to that side.
        edge: distance of the line's edge from its middle.
        pen_width: typical width of a stroke in pixels.
    """
    seen = depths - edge
    hidden = np.zeros(len(depths))
    previous_end = None
    for start, end in _find_runs((seen > 0.5) & (seen < pen_width)):
        if end - start < max(3.0, _MIN_OVERLAP_PENS * pen_width):
            continue
        hidden[start:end] = pen_width - seen[start:end]
        if previous_end is not None and start - previous_end <= _MAX_HIDDEN_PENS * pen_width:
            gap = slice(previous_end, start)
            if (seen[gap] <= 0.5).all():
                hidden[gap] = pen_width
        previous_end = end
    return hidden


def _find_runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the start and the end, not included, of each run of marks, bool (n,)."""
    steps = np.diff(np.concatenate([[0], marks.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))
