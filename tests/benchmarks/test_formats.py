import cv2
import numpy as np
import pytest

from benchmarks.formats import FORMATS


@pytest.mark.parametrize(("name", "side", "levels"), [("USPS", 16, 256), ("Semeion", 16, 2), ("optdigits", 8, 17)])
def test_digit_is_converted_to_the_format(name, side, levels):
    ring = cv2.ellipse(np.zeros((60, 40), np.uint8), (20, 30), (17, 27), 0, 0, 360, 255, 5, cv2.LINE_AA)
    converted = FORMATS[name](ring)
    assert converted.shape == (side, side)
    assert 2 <= len(np.unique(converted)) <= levels
    width = np.ptp(np.flatnonzero(converted.any(axis=0))) + 1
    assert width == side if name == "Semeion" else 0.5 * side < width < 0.8 * side
