"""Write rows of digits as ink: MNIST digits redrawn with a pen of any width, at any size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.segmentation.skeleton import skeletonize

Layer = NDArray[np.float32]  # (h, w): ink in 0..1, or light as a factor; (h, w, 3): colors in 0..255.
Picture = NDArray[np.uint8]
Range = tuple[float, float]  # The least and the greatest value of a uniform draw.


class Page(NamedTuple):
    """A picture of a page with its text.

    Attributes:
        image: uint8 (h, w, 3).
        rows: the digits of each row.
        ink: the digits without paper, lines, light and camera, black on white, uint8 (h, w).
        table: the cells of each row, "" for an empty one; no rows if the page holds no table.
    """

    image: Picture
    rows: list[str]
    ink: Picture
    table: Sequence[Sequence[str]] = ()


_DIGIT_PIXELS = 96  # The longer side of a digit when its strokes are found.
_MARGIN = 0.08  # The share of a page that stays empty on each side.


@lru_cache(maxsize=1)
def load_training_digits() -> Digits:
    """Return MNIST's training digits."""
    return load_mnist()[0]


def choose_rows(rows: tuple[int, int], columns: tuple[int, int], rng: np.random.Generator) -> list[str]:
    """Return random rows of digits; at least one row has the greatest length that was drawn.

    Args:
        rows: least and greatest number of rows.
        columns: least and greatest number of digits in a row.
    """
    longest = int(rng.integers(columns[0], columns[1] + 1))
    lengths = rng.integers(min(longest, columns[0]), longest + 1, rng.integers(rows[0], rows[1] + 1))
    lengths[rng.integers(len(lengths))] = longest
    return ["".join(map(str, rng.integers(0, 10, length))) for length in lengths]


def write_rows(
    size: tuple[int, int], rows: Sequence[str], share: Range, pen: Range, digits: Digits, rng: np.random.Generator
) -> Layer:
    """Return the ink of rows of digits, (h, w) in 0..1.

    Args:
        size: height and width in pixels.
        share: height of a digit, divided by the room for it.
        pen: width of the pen, divided by the height of a digit.
        digits: digits to choose from.
    """
    height, width = size
    ink = np.zeros(size, np.float32)
    column_width = (1 - 2 * _MARGIN) * width / max(map(len, rows))
    row_height = (1 - 2 * _MARGIN) * height / len(rows)
    room = min(column_width, row_height)
    digit_height = room * rng.uniform(*share)
    pen_width = digit_height * rng.uniform(*pen)
    for number, row in enumerate(rows):
        slope = rng.uniform(-0.02, 0.02)
        for place, character in enumerate(row):
            x = width * _MARGIN + (place + 0.5) * column_width + rng.normal(0, 0.02 * room)
            y = height * _MARGIN + (number + 0.5) * row_height + slope * (x - width / 2) + rng.normal(0, 0.02 * room)
            index = rng.choice(np.flatnonzero(digits.labels == int(character)))
            paste(ink, redraw_digit(digits.images[index], digit_height * rng.uniform(0.9, 1.1), pen_width), x, y)
    return ink


def redraw_digit(picture: Picture, height: float, pen_width: float) -> Layer:
    """Redraw an MNIST digit, uint8 (28, 28), with this height and pen width in pixels."""
    distances = _measure_distances(picture.tobytes())
    factor = height / _DIGIT_PIXELS
    size = (max(1, round(distances.shape[1] * factor)), max(1, round(distances.shape[0] * factor)))
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(distances, size, interpolation=interpolation) * factor
    return np.clip(pen_width / 2 + 0.5 - scaled, 0, 1).astype(np.float32)


@lru_cache(maxsize=4096)
def _measure_distances(content: bytes) -> Layer:
    """Return each pixel's distance from the middle line of the enlarged digit."""
    picture = np.frombuffer(content, np.uint8).reshape(28, 28)
    x, y, w, h = cv2.boundingRect((picture > 100).astype(np.uint8))
    factor = _DIGIT_PIXELS / max(w, h)
    large = cv2.resize(picture[y : y + h, x : x + w], None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    large = cv2.GaussianBlur(np.pad(large, _DIGIT_PIXELS // 4), (0, 0), 1.5)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((large > 80).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    areas[0] = 0
    # MNIST's specks are small components, left out here.
    line = skeletonize((areas > 0.1 * areas.sum())[labels].astype(np.uint8))
    return cv2.GaussianBlur(cv2.distanceTransform(1 - line, cv2.DIST_L2, 5), (0, 0), 1.2) - 0.7


def paste(ink: Layer, digit: Layer, x: float, y: float) -> None:
    """Add a digit to the ink, its center at (x, y)."""
    top, left = round(y - digit.shape[0] / 2), round(x - digit.shape[1] / 2)
    visible = digit[max(0, -top) : ink.shape[0] - top, max(0, -left) : ink.shape[1] - left]
    target = ink[max(0, top) : max(0, top) + visible.shape[0], max(0, left) : max(0, left) + visible.shape[1]]
    np.maximum(target, visible, out=target)
