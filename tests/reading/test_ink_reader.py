"""A lone digit is read with its straight strokes, a number without the lines around it."""

import cv2
import numpy as np
import pytest

from digitnet.reading.hints import Hints
from digitnet.reading.ink_reader import InkReader
from digitnet.segmentation.drawn_lines import remove_drawn_lines


def draw(*strokes, width=3):
    picture = np.full((300, 300, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(picture, [np.array(stroke, np.int32)], False, (0, 0, 0), width, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("width", [3, 4])
def test_thin_lone_digit_keeps_its_bars(cnn, width):
    four = draw([(120, 50), (80, 170), (220, 170)], [(170, 90), (170, 250)], width=width)
    assert InkReader(cnn).read_picture(four, Hints()).rows == ["4"]


def test_ink_of_few_pixels_is_read_without_lines(cnn):
    small = np.full((60, 60, 3), 255, np.uint8)
    small[30:33, 20:24] = 0
    ink = InkReader(cnn).read_picture(small, Hints()).stages.ink
    assert remove_drawn_lines(ink) is ink
