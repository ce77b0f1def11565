"""Make strips with known texts, to train the string recognizer."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.augmentation.strings.hands import Hands
from digitnet.augmentation.strings.papers import Papers, add_neighbors
from digitnet.augmentation.strings.printed_lines import draw_cells
from digitnet.augmentation.strings.sheet import Floats
from digitnet.augmentation.strings.texts import make_number, make_text
from digitnet.augmentation.strings.writing import write, write_in_cells
from digitnet.preprocessing.strips import STRIP_HEIGHT, render_strip
from digitnet.types import Gray

MAX_WIDTH = 384  # Pixels; wider strips are written again.
_CROPPED_SHARE = 0.15  # This share of the strips begins or ends within a sign.
_CELLS_SHARE = 0.02  # This share of the strips has a printed cell for each digit.
_MAX_MARGIN = 0.6  # Empty paper beside the writing, in digit heights.


class Strip(NamedTuple):
    """A strip, uint8 (40, w), and its text: digits, signs and `labels.TEXT`."""

    picture: Gray
    text: str


def make_strip(hands: Hands, papers: Papers, rng: np.random.Generator) -> Strip:
    """Write a string on paper and render it as reading does."""
    while True:
        if rng.random() < _CELLS_SHARE:
            line = write_in_cells(make_number(rng), hands, rng.uniform(0.8, 1.4), rng)
        else:
            line = write(make_text(rng), hands, rng)
        if line is None:
            continue
        height = line.base - line.top
        left, right = (int(side) for side in rng.uniform(0, _MAX_MARGIN, 2) * height)
        ink = np.pad(line.ink, ((0, 0), (left, right)))
        if ink.shape[1] > MAX_WIDTH - 16 or ink.shape[1] < 4:
            continue
        cells = None
        if line.walls:
            walls = [left + wall for wall in line.walls]
            cells = draw_cells((ink.shape[0], ink.shape[1]), walls, line.top, line.base, rng)
        ink = _warp(ink, rng)
        ink = add_neighbors(ink if line.walls else _crop(ink, left, right, rng), line.top, line.base, rng)
        return Strip(render_strip(papers.write_on(ink, line.base, rng, printed=cells)), line.text)


def _crop(ink: Floats, left: int, right: int, rng: np.random.Generator) -> Floats:
    """Now and then cut a little of the writing off at a side."""
    if rng.random() > _CROPPED_SHARE:
        return ink
    cut = int(rng.integers(1, 4))
    if rng.random() < 0.5:
        return ink[:, left + cut :] if ink.shape[1] > left + 6 * cut else ink
    return ink[:, : -right - cut] if ink.shape[1] > right + 6 * cut else ink


def _warp(ink: Floats, rng: np.random.Generator) -> Floats:
    """Bend a whole string a little."""
    width = ink.shape[1]
    points = max(2, width // 24)
    moves = rng.normal(0, rng.uniform(0, 1.0), (2, 3, points)).astype(np.float32)
    y, x = np.mgrid[:STRIP_HEIGHT, :width].astype(np.float32)
    x += cv2.resize(moves[0], (width, STRIP_HEIGHT), interpolation=cv2.INTER_CUBIC)
    y += cv2.resize(moves[1], (width, STRIP_HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.remap(ink, x, y, cv2.INTER_LINEAR, borderValue=0), np.float32)
