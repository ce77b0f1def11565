"""Pictures of numbers for tests of lines."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits


@pytest.fixture(scope="session")
def write_line(held_out: Digits) -> Callable[..., NDArray[np.uint8]]:
    """Return a function that writes held-out digits side by side on gray paper, uint8 (h, w)."""

    def write(text: str, size: int = 56, gap: int = 6, margin: int = 30, paper: int = 210) -> NDArray[np.uint8]:
        inks = []
        for place, label in enumerate(text):
            image = held_out.images[np.flatnonzero(held_out.labels == int(label))[2 + place]]
            ink = cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC)
            x, y, width, height = cv2.boundingRect((ink > 60).astype(np.uint8))
            frame = np.zeros((size, width + gap), np.uint8)
            top = (size - height) // 2
            frame[top : top + height, :width] = ink[y : y + height, x : x + width]
            inks.append(frame)
        ink = np.pad(np.hstack(inks), margin)
        return np.asarray(paper - ink * (paper - 40.0) / 255, np.uint8)

    return write
