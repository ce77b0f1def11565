"""Tell the ink of a line from that of the strokes over it, column by column along the line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.segmentation.straight_lines import Lines, StraightLine, paint
from digitnet.types import Gray, Mask

Depths = NDArray[np.intp]  # (n,): pixels of unbroken ink from a line's middle to one side, for each column.

_EDGE_PIXELS = 2.0  # A line is seen as thicker than it is by this much, because it is blurred.
_MIN_OVERLAP_PENS = 0.8  # A stroke runs along a line over at least this many pen widths.
_MAX_HIDDEN_PENS = 3.0  # A line hides at most so much of a stroke that comes out of it again.
_MIN_CLEAR_COLUMNS = 8  # So many columns without a stroke show how far the ink of a line reaches and how dark it is.
_EXTRA_PIXELS = 1.0  # The ink of a line reaches up to this much farther than usual without a stroke in it.
_CROSSING_PIXELS = 4  # Where lines cross, they are wider by so much.
# A stroke in a line makes it darker by this share, and by so many times the usual deviation.
_MIN_DARKER_RATIO, _MIN_DARKER_DEVIATIONS = 0.3, 5.0


class _Window(NamedTuple):
    """The ink along a line of n columns.

    Attributes:
        rows, columns: intp (n, k), places of its pixels in the mask.
        inked: bool (n, k), whether there is ink.
        offsets: intp (k,), rows from the line's middle.
        above, below: pixels of unbroken ink from the middle of the line up and down.
        edge: distance of the line's edge from its middle.
        is_clear: bool (n,), whether no stroke is seen at either side.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    inked: NDArray[np.bool_]
    offsets: NDArray[np.intp]
    above: Depths
    below: Depths
    edge: float
    is_clear: NDArray[np.bool_]


def draw_lines(mask: Mask, lines: Lines, pen_width: float, contrast: Gray | None = None) -> Mask:
    """Return the ink of lines, uint8 (h, w), 255 on 0, without that of strokes over them.

    Args:
        mask: uint8 (h, w), 255 on 0, the ink.
        lines: lines of the mask.
        pen_width: typical width of a stroke in pixels.
        contrast: uint8 (h, w), how dark the ink is, if that may tell strokes from lines.
    """
    erased = np.zeros_like(mask)
    levels = contrast if contrast is None else _clear_lines(contrast, lines.down, is_down=True)
    turned_levels = contrast if contrast is None else _clear_lines(contrast, lines.across, is_down=False).T
    for _ in range(2):  # Where two lines cross, each looks like a stroke over the other, until their sides are gone.
        rest = mask & ~erased
        erased |= draw_line_ink(rest, lines.across, pen_width, levels)
        erased |= draw_line_ink(rest.T, lines.down, pen_width, turned_levels).T
    return erased


def _clear_lines(contrast: Gray, lines: list[StraightLine], is_down: bool) -> Gray:
    """Return a contrast, uint8 (h, w), with 0 along lines of one direction."""
    cleared = contrast.copy()
    for line in lines:
        paint(cleared, line, 0, line.thickness + _CROSSING_PIXELS, is_down)
    return cleared


def draw_line_ink(mask: Mask, lines: Iterable[StraightLine], pen_width: float, contrast: Gray | None = None) -> Mask:
    """Return the ink of lines, uint8 (h, w), 255 on 0, without that of strokes over them.

    A stroke is kept whole where it crosses a line. Where it runs along a line, half hidden by it, it is kept as wide as
    the pen, measured from the side that is seen; so is the part between two such places. Hidden by a paler line, it
    makes the line darker. A stroke that only ends at a line is kept up to it.

    Args:
        mask: uint8 (h, w), 255 on 0, the ink.
        lines: lines of the mask.
        pen_width: typical width of a stroke in pixels.
        contrast: uint8 (h, w), how dark the ink is, if that may tell strokes from lines; 0 where lines cross.
    """
    drawn = np.zeros_like(mask)
    for line in lines:
        window = _look_along(mask, line, pen_width)
        offsets, edge = window.offsets, window.edge
        kept = (window.above > edge + 1) & (window.below > edge + 1)
        if contrast is not None:
            kept |= _find_darker(contrast, window, line.thickness, pen_width)
        kept = kept[:, None] | (offsets < (_find_hidden_depth(window.above, window, pen_width) - edge)[:, None])
        kept |= offsets > (edge - _find_hidden_depth(window.below, window, pen_width))[:, None]
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
    edge = line.thickness / 2 + _EDGE_PIXELS
    return _Window(rows, columns, inked, offsets, above, below, edge, (above <= edge) & (below <= edge))


def _find_darker(contrast: Gray, window: _Window, thickness: int, pen_width: float) -> NDArray[np.bool_]:
    """Tell where a line is so much darker than elsewhere that a stroke runs along in it, bool (n,).

    Args:
        contrast: uint8 (h, w), how dark the ink is; 0 where other lines cross.
        window: the ink along the line.
        thickness: that of the line in pixels.
        pen_width: typical width of a stroke in pixels.
    """
    near = np.abs(window.offsets) <= max(1, thickness // 2 - 1)
    levels = contrast[window.rows[:, near], window.columns[:, near]].mean(axis=1)
    usual = levels[window.is_clear & (levels > 0)]
    if len(usual) < _MIN_CLEAR_COLUMNS:
        return np.zeros(len(levels), np.bool_)
    level = float(np.median(usual))
    deviation = 1.48 * float(np.median(np.abs(usual - level)))
    darker = levels > level + max(_MIN_DARKER_RATIO * level, _MIN_DARKER_DEVIATIONS * deviation)
    for start, end in _find_runs(darker):
        if end - start < _MIN_OVERLAP_PENS * pen_width:
            darker[start:end] = False
    return darker


def _find_hidden_depth(depths: Depths, window: _Window, pen_width: float) -> NDArray[np.float64]:
    """Return how deep a stroke at one side reaches into the line, in pixels, float64 (n,).

    Args:
        depths: pixels of ink to that side.
        window: the ink along the line.
        pen_width: typical width of a stroke in pixels.
    """
    usual = depths[window.is_clear]
    edge = float(np.median(usual)) + _EXTRA_PIXELS if len(usual) >= _MIN_CLEAR_COLUMNS else window.edge
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
