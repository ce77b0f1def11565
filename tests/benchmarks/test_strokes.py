import cv2
import numpy as np
import pytest

from benchmarks.strokes import NUMBER_HEIGHT_PIXELS, draw_number


def draw(digits, spacing, pen):
    return draw_number(digits, spacing, pen, np.random.default_rng(0)).picture


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


@pytest.mark.parametrize("spacing", ["spaced", "touching"])
def test_strokes_of_a_number_lie_on_its_ink(stroke_digits, spacing):
    number = draw_number(stroke_digits, spacing, 8, np.random.default_rng(0))
    assert len(number.strokes) == sum(map(len, stroke_digits))
    drawn = np.zeros(number.picture.shape[:2], np.uint8)
    for stroke in number.strokes:
        points = np.round(stroke.points * 16).astype(np.int32)
        cv2.polylines(drawn, [points], False, 255, round(stroke.width), cv2.LINE_AA, shift=4)
    assert np.abs(drawn.astype(int) - number.picture[..., 3]).mean() < 0.1
