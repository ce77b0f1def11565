from dataclasses import replace

import numpy as np
import pytest

from digitnet.batches.found_numbers import list_photo_numbers
from digitnet.expectations.expect import Expect
from tests.helpers.signs import make_reading

IMAGE = np.full((600, 1200, 3), 255, np.uint8)


@pytest.fixture
def describe():
    """A function that describes 12, read with doubt, of which these digits were corrected: describe([True, False])."""

    def do(corrected, expect=None, confidence=0.8):
        reading = make_reading("12", confidence)
        probabilities = reading.probabilities.copy()
        for place in np.flatnonzero(corrected):
            probabilities[place] = np.eye(10)[reading.labels[place]]
        known = replace(reading, probabilities=probabilities, corrected=np.array(corrected), level=0.95, expect=expect)
        [number] = list_photo_numbers(IMAGE, known)
        return number

    return do


def test_doubtful_number_says_how_sure_it_is(describe):
    number = describe([False, False])
    assert (number.doubtful, number.reason) == (True, "It is 64% sure.")


def test_picture_of_a_number_stands_upright():
    reading = replace(make_reading("12", 0.6), level=0.95)
    [upright] = list_photo_numbers(IMAGE, reading)
    sides = reading.boxes[:, [1, 0, 3, 2]]
    boxes = np.stack([sides[:, 0], 1200 - sides[:, 3], sides[:, 2], 1200 - sides[:, 1]], axis=1)
    turned = replace(reading, boxes=boxes.astype(np.int32), size=(600, 1200), turn=90)
    [number] = list_photo_numbers(np.ascontiguousarray(np.rot90(IMAGE)), turned)
    assert number.box == (10, 1146, 40, 1190)
    assert (number.crop, number.crop_box) == (upright.crop, upright.crop_box)


def test_number_corrected_in_part_keeps_its_doubt(describe):
    number = describe([True, False])
    assert (number.doubtful, number.confidence, number.reason) == (True, None, "The rest of it is 80% sure.")


def test_corrected_number_is_not_doubtful(describe):
    assert describe([True, True]).reason == ""


def test_misfit_is_doubtful_until_somebody_confirms_it(describe):
    expect = Expect.parse("3 digits")
    assert describe([False, False], expect, 1.0).reason == "It is not as expected: 3 digits."
    assert not describe([True, True], expect).doubtful
