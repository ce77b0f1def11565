import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose
from digitnet.reading.pipeline import read


def compose_touching(mnist, places, pen=7.0, seed=0):
    """Return test digits written so that they touch, ink 255, with a margin, and their text."""
    digits = mnist[1].select(np.array(places))
    ink = np.maximum.reduce(compose(list(digits.images), pen, np.random.default_rng(seed)))
    return np.pad(ink, 30), "".join(map(str, digits.labels))


def draw(strokes):
    picture = np.full((200, 220, 3), 255, np.uint8)
    for stroke in strokes:
        cv2.polylines(picture, [np.array(stroke, np.int32) + 30], False, (0, 0, 0), 9, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("places", [(0, 1), (15, 16, 17), (18, 19, 20)])
def test_touching_digits_are_split(mnist, cnn, places):
    picture, text = compose_touching(mnist, places)
    assert cv2.connectedComponents((picture > 60).astype(np.uint8))[0] == 2
    assert read(255 - picture, cnn).text == text


@pytest.mark.slow
def test_most_touching_pairs_are_split(mnist, cnn):
    right = 0
    for first in range(0, 80, 2):
        picture, text = compose_touching(mnist, (first, first + 1), seed=first)
        right += read(255 - picture, cnn).text == text
    assert right >= 22


def test_boxes_of_split_digits_stand_side_by_side(mnist, cnn):
    picture, text = compose_touching(mnist, (15, 16, 17))
    boxes = read(255 - picture, cnn).boxes
    assert len(boxes) == len(text)
    assert (np.diff(boxes[:, 0]) > 0).all()


@pytest.mark.parametrize(
    "strokes",
    [
        [[(90, 20), (20, 20), (20, 120), (90, 120)], [(20, 70), (80, 70)]],  # E
        [[(20, 20), (20, 120)], [(20, 70), (80, 20)], [(20, 70), (80, 120)]],  # K
        [[(15, 120), (15, 20), (60, 80), (105, 20), (105, 120)]],  # M
        [[(20, 20), (20, 120)], [(20, 20), (70, 30), (75, 55), (25, 68), (85, 120)]],  # R
        # These give digits when they are over-segmented.
        [[(20, 20), (20, 120), (140, 120), (140, 20)], [(80, 20), (80, 120)]],  # Sha
        [[(20, 20), (140, 20)], [(50, 20), (45, 120)], [(110, 20), (115, 120)]],  # Pi
    ],
    ids=["E", "K", "M", "R", "Sha", "Pi"],
)
def test_letter_is_refused(cnn, strokes):
    reading = read(draw(strokes), cnn)
    assert reading.text == ""
    assert len(reading.refused) == 1


def test_letter_that_splits_into_digits_is_doubtful(cnn):
    reading = read(draw([[(20, 120), (70, 20), (120, 120)], [(40, 85), (100, 85)]]), cnn)  # An A, split into 1 and 4.
    assert (reading.confidence < cnn.find_min_confidence(0.01)).all()


def test_letter_among_digits_is_refused_and_digits_stay(paper, cnn):
    page = paper().number("20", x=40).number("47", x=460)
    page.stroke([(325, 170), (325, 75)]).stroke([(325, 120), (380, 75)]).stroke([(325, 120), (380, 170)])
    reading = read(page.gray(), cnn)
    assert reading.text.replace(" ", "") == "2047"
    assert len(reading.refused) == 1
