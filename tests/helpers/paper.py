"""Pages written with MNIST's digits, to be read."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.types import Gray


class Paper:
    """A page to write on with MNIST's test digits or plain strokes: dark ink on light paper."""

    def __init__(self, digits: Digits, height: int = 300, width: int = 800, ground: int = 225) -> None:
        self._digits = digits
        self.ink = np.zeros((height, width), np.float32)
        self.ground = ground

    def digit(self, label: int, x: int, y: int, size: int = 120, which: int = 3) -> Paper:
        """Write a digit into the square of `size` pixels at x, y."""
        picture = self._digits.images[np.flatnonzero(self._digits.labels == label)[which]]
        large = cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        part = self.ink[y : y + size, x : x + size]
        np.maximum(part, np.clip((large - 0.3) / 0.4, 0, 1), out=part)
        return self

    def number(self, text: str, x: int = 40, y: int = 60, size: int = 120, rise: int = 0) -> Paper:
        """Write a number from left to right, each digit `rise` pixels higher than the one before."""
        for place, character in enumerate(text):
            self.digit(int(character), x + place * size, y - place * rise, size)
        return self

    def stroke(self, points: list[tuple[int, int]], pen: int = 8) -> Paper:
        """Draw a line through points."""
        line = np.zeros(self.ink.shape, np.uint8)
        cv2.polylines(line, [np.array(points, np.int32)], False, 255, pen, cv2.LINE_AA)
        self.ink = np.maximum(self.ink, line.astype(np.float32) / 255)
        return self

    def gray(self, ink: int = 40, noise: float = 2.0, light: NDArray[np.float32] | float = 1.0) -> Gray:
        """Return the page as uint8 (h, w), lit by `light` (1 is even), with noise of a fixed seed."""
        page = (self.ground + (ink - self.ground) * self.ink) * light
        return np.clip(page + np.random.default_rng(0).normal(0, noise, page.shape), 0, 255).astype(np.uint8)
