import cv2
import numpy as np
import pytest

from digitnet.reading.pipeline import read_drawing
from digitnet.reading.prompted_digits import read_prompted_digits
from digitnet.segmentation.oversegmentation import Stroke
from tests.helpers.signs import add_signs

WIDTH, HEIGHT, PEN = 640, 400, 16
ONE = [[(0, 0), (0, 160)]]
SEVEN = [[(0, 0), (70, 0), (20, 160)]]
FOUR = [[(50, 0), (0, 100), (80, 100)], [(60, 60), (60, 160)]]
# A 7 whose crossbar does not touch it, and stands apart in x: no reader takes it for one digit.
TORN_SEVEN = [[(0, 0), (30, 0), (10, 160)], [(60, 80), (90, 80)]]


@pytest.fixture
def find(cnn):
    """Return a function that draws digits, each at its place, and finds those of a prompt."""

    def find_drawn(prompt, **digits):
        image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        strokes = []
        for left, lines in digits.values():
            for line in lines:
                points = np.add(line, (left, 100.0))
                cv2.polylines(image, [points.astype(np.int32)], False, (0, 0, 0), PEN, cv2.LINE_AA)
                strokes.append(Stroke(points, PEN))
        return read_prompted_digits(read_drawing(image, cnn, strokes), strokes, prompt, cnn)

    return find_drawn


def test_digits_side_by_side_are_found_in_order(find):
    found = find([1, 7, 4], four=(400, FOUR), one=(60, ONE), seven=(200, SEVEN))
    assert found.labels.tolist() == [1, 7, 4]
    assert found.row.tolist() == [0, 0, 0]


def test_digits_at_different_heights_are_found_from_left_to_right(find):
    low, high = ([[(x, y + shift) for x, y in ONE[0]]] for shift in (130, -80))
    assert find([1, 7], low=(100, low), seven=(300, SEVEN)).labels.tolist() == [1, 7]
    assert find([7, 1], seven=(100, SEVEN), high=(300, high)).labels.tolist() == [7, 1]


def test_digits_of_torn_strokes_are_found_by_their_columns(find):
    found = find([7, 1], seven=(60, TORN_SEVEN), one=(450, ONE))
    assert len(found) == 2
    assert found.boxes[0, 2] > 140  # The crossbar is in.


def test_slanted_digits_that_overlap_are_found_by_their_columns(find):
    found = find([7, 4], seven=(230, [[(0, 0), (100, 0), (0, 160)]]), four=(320, FOUR))
    assert found.labels.tolist() == [7, 4]


def test_numbers_of_two_rows_are_found_as_the_decoder_reads_them(find):
    low = [[(x, y + 200) for x, y in stroke] for stroke in SEVEN]
    high = [[(x, y - 80) for x, y in stroke] for stroke in SEVEN]
    assert find([7, 7], first=(60, high), second=(60, low)).labels.tolist() == [7, 7]


def test_digits_that_the_decoder_reads_as_others_are_not_taken_from_it(find):
    low, high = ([[(x, y + shift) for x, y in stroke] for stroke in SEVEN] for shift in (200, -80))
    assert len(find([2, 3], first=(60, high), second=(60, low))) == 1


def test_unfinished_drawing_has_as_many_digits_as_were_written(find):
    assert len(find([0, 1, 2, 3, 4], one=(60, ONE), seven=(150, SEVEN))) == 2


def test_empty_drawing_has_no_digits(find):
    assert len(find([0, 1, 2, 3, 4])) == 0


def test_signs_are_dropped_as_none_was_asked_for(cnn):
    strokes = [Stroke(np.add(line, (left, 100.0)), PEN) for left, line in ((60, ONE[0]), (200, SEVEN[0]))]
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(image, [stroke.points.astype(np.int32)], False, (0, 0, 0), PEN, cv2.LINE_AA)
    reading = add_signs(read_drawing(image, cnn, strokes), "1.7")
    assert reading.text == "1.7"
    assert read_prompted_digits(reading, strokes, [1, 7], cnn).text == "17"
