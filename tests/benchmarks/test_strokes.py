import cv2
import numpy as np
import pytest

from benchmarks.strokes import NUMBER_HEIGHT_PIXELS, draw_number


def draw(digits, spacing, pen):
    return draw_number(digits, spacing, pen, np.random.default_rng(0))


def count_components(picture):
    return cv2.connectedComponents((picture[..., 3] > 127).astype(np.uint8))[0] - 1


@pytest.mark.parametrize("pen", [4, 8, 14])
def test_touching_digits_are_one_component(stroke_digits, pen):
    assert count_components(draw(stroke_digits, "touching", pen)) == 1


@pytest.mark.parametrize("pen", [4, 8, 14])
@pytest.mark.parametrize("spacing", ["spaced", "tight"])
def test_separate_digits_are_a_component_each(stroke_digits, spacing, pen):
    assert count_components(draw(stroke_digits, spacing, pen)) == len(stroke_digits)


def test_upright_strokes_have_the_requested_gap():
    upright = [[[250, 130], [250, 370]]]
    has_ink = draw([upright, upright], "spaced", 8)[..., 3].max(axis=0) > 127
    assert np.diff(np.flatnonzero(has_ink)).max() - 1 == pytest.approx(0.35 * NUMBER_HEIGHT_PIXELS, abs=1)
