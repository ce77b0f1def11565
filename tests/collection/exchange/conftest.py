import cv2
import numpy as np
import pytest

from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from tests.helpers.user_digits import make_stored_digit


@pytest.fixture(scope="session")
def draw_digit(mnist):
    """Return a function that draws one digit: uint8 (size, size), dark on light."""

    def make(label, size=160, which=3):
        large = cv2.resize(mnist[1].images[np.flatnonzero(mnist[1].labels == label)[which]], (size, size))
        return (235 - 0.85 * large).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def pictures(draw_digit):
    """Return a PNG file of a digit for each label."""
    return {label: to_png(draw_digit(label)) for label in range(10)}


@pytest.fixture
def varied_digits(mnist):
    """Return digits with an unusual value of each field in one of them."""
    images = mnist[1].images
    return [
        make_stored_digit(
            1, images[0], 7, read=1, confidence=0.1 + 0.2, model="cnn", source="photo", file="a b.jpg", writer="Zoë"
        ),
        make_stored_digit(2, images[1], NOT_A_DIGIT, read=NOT_A_DIGIT, confidence=1e-9, writer='say "x", 小明; =1+1'),
        make_stored_digit(
            3, images[2], 0, deleted=True, source="import", crop=to_png(np.full((40, 30, 3), 200, np.uint8))
        ),
        make_stored_digit(4, np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8), 4, crop=b"", writer="'"),
    ]
