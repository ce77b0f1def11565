"""Tell the ink of a line from that of the strokes over it, column by column along the line."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.straight_lines import StraightLine
from digitnet.types import Mask

Depths = NDArray[np.intp]  # (n,): pixels of unbroken ink from a line's middle to one side, for each column.

_EDGE_PIXELS = 2.0  # A line is seen as thicker than it is by this much, because it is blurred.
_MIN_OVERLAP_PENS = 0.8  # A stroke runs along a line over at least this many pen widths.
_MAX_HIDDEN_PENS = 7.0  # A line hides at most so much of a stroke that comes out of it again.


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
        reach = line.thickness + round(pen_width) + 3
        x = np.arange(line.first, line.last + 1)
        places = np.arange(-reach, reach + 1)
        rows = np.round(line.find_middle(x)).astype(np.intp)[:, None] + places
        inside = (rows >= 0) & (rows < len(mask))
        rows = rows.clip(0, len(mask) - 1)
        window = (mask[rows, x[:, None]] > 0) & inside
        above = np.logical_and.accumulate(window[:, reach::-1], axis=1).sum(axis=1)
        below = np.logical_and.accumulate(window[:, reach:], axis=1).sum(axis=1)
        edge = line.thickness / 2 + _EDGE_PIXELS
        own = np.abs(places) < edge
        kept = ((above > edge + 1) & (below > edge + 1))[:, None]
        kept = kept | (places < (_find_hidden_depth(above, edge, pen_width) - edge)[:, None])
        kept |= places > (edge - _find_hidden_depth(below, edge, pen_width))[:, None]
        erased = window & own & ~kept
        drawn[rows[erased], np.broadcast_to(x[:, None], rows.shape)[erased]] = 255
    return drawn


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
