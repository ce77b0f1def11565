"""Digits that the first reading missed or made too many of are cut out anew."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.decoding.decoder import decode
from digitnet.expectations.expect import Expect
from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.assembly import assemble
from digitnet.reading.stages import Stages
from digitnet.segmentation.merging import find_groups

EXPECT = Expect(length=4)


@pytest.fixture(scope="module")
def found(held_out, cnn):
    """The digits of a picture of 2047, and its stages."""
    inks = [held_out.images[np.flatnonzero(held_out.labels == label)[1]] for label in (2, 0, 4, 7)]
    ink = np.pad(cv2.resize(np.hstack(inks), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), 20)
    rgb = np.repeat((210 - ink * (170 / 255)).astype(np.uint8)[..., None], 3, axis=2)
    ink = find_ink(rgb)
    digits = decode(find_groups(ink.map, ink.pen_width, cnn.predict_probabilities), ink, cnn.predict_probabilities)
    return digits, Stages(rgb, ink)


def assemble_digits(digits, stages, expect=None):
    return assemble(digits, stages.image.shape[1::-1], stages, 0.9, expect=expect)


@pytest.mark.parametrize("missed", range(4))
def test_missed_digit_is_cut_out_where_it_is(found, missed):
    digits, stages = found
    left = digits.refuse(np.arange(4) == missed)
    whole, reading = assemble_digits(digits, stages, EXPECT), assemble_digits(left, stages, EXPECT)
    assert reading.numbers == ["2047"]
    assert reading.plain == {0: "2047"[:missed] + "2047"[missed + 1 :]}
    assert abs(reading.boxes - whole.boxes).max() <= 6
    assert len(reading.crops) == len(reading.probabilities) == len(reading.row) == 4
    assert not len(reading.refused)


def test_digit_that_was_cut_in_two_is_one_again(found):
    digits, stages = found
    middle = int(digits.boxes[2, ::2].mean())
    left, right = digits.boxes[2].copy(), digits.boxes[2].copy()
    left[2], right[0] = middle, middle
    order = [0, 1, 2, 2, 3]
    probabilities = digits.probabilities[order]
    probabilities[2], probabilities[3] = 0, 0
    probabilities[2, 6], probabilities[3, 1] = 0.6, 0.6
    split = replace(
        digits,
        boxes=np.array([digits.boxes[0], digits.boxes[1], left, right, digits.boxes[3]]),
        row=digits.row[order],
        crops=digits.crops[order],
        line=digits.line[order],
        probabilities=probabilities,
    )
    assert assemble_digits(split, stages).numbers == ["20617"]
    reading = assemble_digits(split, stages, EXPECT)
    assert reading.numbers == ["2047"]
    assert reading.plain == {0: "20617"}


def test_text_without_a_place_in_the_ink_is_not_taken(found):
    reading = assemble_digits(*found, Expect(length=12))
    assert reading.numbers == ["2047"]
    assert reading.unexpected.all()
