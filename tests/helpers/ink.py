"""Pictures to find ink in, and a measure of the ink that was found."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import Ink
from digitnet.types import RGB, Gray
from tests.helpers.paper import Paper


def to_rgb(gray: Gray) -> RGB:
    """Convert a gray picture, uint8 (h, w), to uint8 (h, w, 3)."""
    return np.repeat(gray[..., None], 3, axis=2)


def measure_agreement(ink: Ink, written: NDArray[np.float32]) -> float:
    """Measure the intersection over union of found ink and written ink, float32 (h, w)."""
    found, truth = ink.map > 127, written > 0.5
    return float((found & truth).sum() / (found | truth).sum())


def make_gradient(page: Paper) -> NDArray[np.float32]:
    """Make light that grows from left to right over a page, float32 (1, w)."""
    return np.linspace(0.4, 1, page.ink.shape[1], dtype=np.float32)[None, :]


def make_shadow(page: Paper) -> NDArray[np.float32]:
    """Make light with a soft shadow on the left half of a page, float32 (h, w)."""
    light = np.ones(page.ink.shape, np.float32)
    light[:, : page.ink.shape[1] // 2] = 0.5
    return cv2.GaussianBlur(light, (0, 0), 8)


def rule(page: Paper, rows: list[int] | range, level: int = 170) -> Gray:
    """Print level lines, 3 pixels thick, on a page, and return it as uint8 (h, w)."""
    gray = page.gray()
    for y in rows:
        gray[y : y + 3] = np.minimum(gray[y : y + 3], level)
    return gray


def rule_squares(page: Paper, step: int = 40) -> Gray:
    """Print slightly sloped squares on a page, and return it as uint8 (h, w)."""
    gray = page.gray()
    for x in range(20, gray.shape[1], step):
        cv2.line(gray, (x, 0), (x + 5, gray.shape[0]), 180, 2, cv2.LINE_AA)
    for y in range(20, gray.shape[0], step):
        cv2.line(gray, (0, y), (gray.shape[1], y - 5), 180, 2, cv2.LINE_AA)
    return np.minimum(gray, page.gray())


def make_bar(x: int, y: int = 100, height: int = 80) -> list[tuple[int, int]]:
    """Return the points of an upright stroke from x, y down."""
    return [(x, y), (x, y + height)]
