import numpy as np
import pytest

ZERO = [[[250 + 80 * np.cos(turn), 250 + 120 * np.sin(turn)] for turn in np.linspace(0, 2 * np.pi, 24)]]
ONE = [[[250, 130], [240, 370]]]
SEVEN = [[[180, 130], [320, 130], [230, 370]]]


@pytest.fixture
def stroke_digits():
    """Return the strokes of 0, 1, 7 and 0."""
    return [ZERO, ONE, SEVEN, ZERO]


@pytest.fixture
def stroke_items():
    """Return six digits of one writer, as a strokes file has them."""
    return [
        {"label": label, "writer": 1, "strokes": strokes} for label, strokes in [(0, ZERO), (1, ONE), (7, SEVEN)] * 2
    ]
