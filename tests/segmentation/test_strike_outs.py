import cv2
import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.pipeline import read
from digitnet.segmentation.components import find_components
from digitnet.segmentation.strike_outs import find_struck_out, remove_strike_outs

LEFT, RIGHT = 30, 170  # Columns of the number to the left.


def draw(held_out, *lines, text="29", beside="47", width=5):
    """Draw a number with lines through it, from y to y, and another number beside it; uint8 (h, w, 3)."""
    gray = np.full((160, 480), 230, np.uint8)
    for left, number in ((LEFT, text), (300, beside)):
        for place, label in enumerate(number):
            image = held_out.images[np.flatnonzero(held_out.labels == int(label))[2]]
            ink = cv2.resize(image, (84, 84), interpolation=cv2.INTER_CUBIC)
            area = gray[38:122, left + 60 * place : left + 60 * place + 84]
            np.minimum(area, (230 - ink * 0.8).astype(np.uint8), out=area)
    for first, last in lines:
        cv2.line(gray, (LEFT, first), (RIGHT, last), 40, width, cv2.LINE_AA)
    return np.repeat(gray[..., None], 3, axis=2)


@pytest.mark.parametrize("lines", [[(70, 74), (84, 90)], [(66, 70), (78, 82), (92, 90)]])
def test_struck_out_number_is_refused_and_the_other_read(held_out, cnn, lines):
    reading = read(draw(held_out, *lines), cnn)
    assert reading.rows == ["47"]
    assert len(reading.refused) == 1
    assert reading.refused[0] == pytest.approx([LEFT, 45, RIGHT, 115], abs=14)


@pytest.mark.parametrize(
    "lines", [[], [(80, 80)], [(124, 126)], [(30, 30), (130, 130)], [(30, 30), (80, 80), (130, 130)]]
)
def test_crossed_underlined_and_boxed_numbers_stay(held_out, lines):
    ink = find_ink(draw(held_out, *lines))
    assert remove_strike_outs(ink) is ink


def test_signs_of_two_strokes_stay():
    gray = np.full((160, 300), 230, np.uint8)
    for y in (70, 90):
        cv2.line(gray, (60, y), (110, y), 40, 5, cv2.LINE_AA)
    cv2.line(gray, (62, 72), (108, 88), 40, 5, cv2.LINE_AA)  # One component.
    cv2.line(gray, (200, 40), (200, 120), 40, 5, cv2.LINE_AA)
    ink = find_ink(np.repeat(gray[..., None], 3, axis=2))
    assert remove_strike_outs(ink) is ink


def test_blank_picture_stays():
    ink = find_ink(np.full((80, 80, 3), 230, np.uint8))
    assert remove_strike_outs(ink) is ink


@pytest.mark.parametrize("height", [1, 2, 3, 5])
def test_thin_ink_stays(height):
    ink = np.zeros((30, 60), np.uint8)
    ink[12 : 12 + height, 10 : 10 + min(9 * height, 45)] = 255
    assert not find_struck_out(find_components(ink), 1.0).any()
    assert not find_struck_out(find_components(ink), float(height)).any()
