"""Signs have boxes around their ink, and are no ink of digits."""

import numpy as np
import pytest

from digitnet.decoding.decoded_digits import DecodedDigits
from digitnet.decoding.line_signs import find_signs
from digitnet.reading.line_signs import place_signs
from tests.helpers.lines import make_line

HEIGHT, STEP = 40, 10.0


@pytest.fixture
def place():
    """Return a function that places the signs of a line among the boxes of its digits, given some ink."""

    def place_in(text, boxes, ink, confidence=None):
        line = make_line(text, STEP)
        labels = np.array([int(symbol) for symbol in text if symbol.isdigit()], np.int64)
        count = len(labels)
        digits = DecodedDigits(
            np.array(boxes, np.int32),
            np.zeros(count, np.int32),
            np.zeros((count, 28, 28), np.uint8),
            np.eye(11, dtype=np.float32)[labels],
            np.empty((0, 4), np.int32),
            (line,),
            np.zeros(count, np.int32),
        )
        known = {}
        if confidence:
            found = find_signs(line, tuple(labels))
            known[0, tuple(labels)] = found._replace(
                found=[sign._replace(confidence=confidence) for sign in found.found]
            )
        return place_signs(digits, labels, ink, known)

    return place_in


@pytest.fixture
def ink():
    """The ink of a 7 with an overhang from 20 to 90 and of a 5 from 110 to 140."""
    ink = np.zeros((HEIGHT, 160), np.uint8)
    ink[4:10, 20:90] = ink[4:36, 20:28] = 255
    ink[4:36, 110:140] = 255
    return ink


def test_point_under_an_overhang_is_kept(place, ink):
    ink[30:36, 62:68] = 255
    signs, complete = place("7.5", [[20, 4, 90, 36], [110, 4, 140, 36]], ink)
    assert signs.labels.tolist() == ["."]
    assert signs.boxes.tolist() == [[62, 30, 68, 36]]
    assert complete.min() > 0.99


def test_sign_whose_ink_is_a_digit_is_left_out(place):
    ink = np.zeros((HEIGHT, 160), np.uint8)
    ink[4:36, 64:72] = 255
    signs, complete = place("7/5", [[20, 4, 40, 36], [62, 4, 74, 36]], ink)
    assert len(signs) == 0
    assert complete[1] < 0.1


def test_comma_that_touches_a_digit_is_read_if_it_is_likely(place, ink):
    ink[30:39, 28:70] = 255
    boxes = [[20, 4, 74, 39], [110, 4, 140, 36]]
    signs, complete = place("7,5", boxes, ink, 0.6)
    assert signs.labels.tolist() == [","]
    assert complete.min() > 0.99
    signs, complete = place("7,5", boxes, ink, 0.4)
    assert len(signs) == 0
    assert complete == pytest.approx([1, 0.6], abs=0.01)


def test_long_minus_has_a_box_around_all_of_its_ink(place):
    ink = np.zeros((HEIGHT, 200), np.uint8)
    ink[18:22, 4:78] = 255
    ink[4:36, 110:140] = 255
    signs, _ = place("-5", [[110, 4, 140, 36]], ink)
    assert signs.boxes.tolist() == [[4, 18, 78, 22]]
