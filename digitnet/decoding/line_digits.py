"""Find the digits of a line by the string recognizer alone, where the ink has been found badly or not at all."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.ctc import Text, align
from digitnet.decoding.lines import Line
from digitnet.preprocessing.binarization import Ink
from digitnet.segmentation.oversegmentation import Segment, trim_segment
from digitnet.types import Gray

_MAX_REACH = 0.45  # A digit reaches at most this far beyond its columns, in heights of the strip.
_MIN_INK_RATIO = 0.02  # Ink fills at least this share of a digit's area, or else it is looked for again.
_INK_LEVEL, _CORE_QUANTILE = 0.4, 0.97  # Ink found again has this share of the contrast of the strokes' core.
_PAPER_WINDOW_RATIO = 0.45  # The paper around a stroke is looked for within this share of the strip's height.
_SPECK_RATIO = 0.04  # Components with a smaller share of a digit's ink are left out.


def locate_digits(line: Line, text: Text) -> NDArray[np.float64]:
    """Return the first and the last column of each digit of a text, float64 (n, 2).

    A digit reaches to the middle between its columns and those of its neighbors.

    Args:
        line: the line.
        text: digits that fit into it.
    """
    spans = align(line.digit_columns, text).astype(np.float64)
    spans[:, 1] += 1
    reach = _MAX_REACH * (line.bottom - line.top) / line.step
    middles = (spans[1:, 0] + spans[:-1, 1]) / 2
    return np.column_stack(
        [
            np.maximum(np.concatenate([[-np.inf], middles]), spans[:, 0] - reach),
            np.minimum(np.concatenate([middles, [np.inf]]), spans[:, 1] + reach),
        ]
    )


def cut_out_digit(ink: Ink, line: Line, span: NDArray[np.float64]) -> Segment:
    """Cut the ink between two columns out of a picture.

    Where hardly any ink was found, it is looked for again among the darkest pixels.

    Args:
        ink: the ink of the picture.
        line: the line.
        span: the columns, float64 (2,).
    """
    height, width = ink.map.shape
    box = np.clip(line.find_area(*span), 0, [width, height, width, height])
    x0, y0, x1, y1 = (int(side) for side in box)
    if x1 <= x0 or y1 <= y0:
        x0, y0 = min(x0, width - 1), min(y0, height - 1)
        return Segment(np.array([x0, y0, x0 + 1, y0 + 1], np.int32), np.zeros((1, 1), np.uint8))
    found = ink.map[y0:y1, x0:x1]
    if np.count_nonzero(found) < _MIN_INK_RATIO * found.size:
        found = _find_darkest(ink.signal, (x0, y0, x1, y1))
    kept = _drop_specks(found)
    if not kept.any():
        return Segment(np.array([x0, y0, x1, y1], np.int32), found)
    return trim_segment(kept, np.array([x0, y0], np.int32))


def _find_darkest(signal: Gray, area: tuple[int, int, int, int]) -> Gray:
    """Return the pixels of an area that are much darker than the paper around them, uint8 (h, w), soft-edged."""
    x0, y0, x1, y1 = area
    window = max(5, round(_PAPER_WINDOW_RATIO * (y1 - y0)) | 1)
    cut = signal[max(0, y0 - window) : y1 + window, max(0, x0 - window) : x1 + window]
    paper = cv2.morphologyEx(cut, cv2.MORPH_CLOSE, np.ones((window, window), np.uint8))
    contrast = cv2.subtract(paper, cut)[y0 - max(0, y0 - window) :, x0 - max(0, x0 - window) :][: y1 - y0, : x1 - x0]
    core = max(16.0, float(np.quantile(contrast, _CORE_QUANTILE)))
    share = contrast.astype(np.float32) / core
    return np.asarray(np.clip((share - _INK_LEVEL) / (1 - _INK_LEVEL), 0, 1) * 255, np.uint8)


def _drop_specks(ink: Gray) -> Gray:
    """Return ink without its small components."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    kept = areas >= _SPECK_RATIO * areas.sum()
    kept[0] = False
    return np.where(kept[labels], ink, 0).astype(np.uint8) if count > 1 else ink
