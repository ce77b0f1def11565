"""A number is as likely as the whole that its picture shows."""

import cv2
import numpy as np
import pytest

from digitnet.decoding.decoder import decode
from digitnet.decoding.line_signs import LineSigns
from digitnet.decoding.picture_views import PictureViews
from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.assembly import assemble
from digitnet.reading.stages import Stages
from digitnet.segmentation.merging import find_groups

LEVEL = 0.9


@pytest.fixture(scope="module")
def found(held_out, cnn):
    """The digits of a picture of 2047, its stages and its views."""
    inks = [held_out.images[np.flatnonzero(held_out.labels == label)[1]] for label in (2, 0, 4, 7)]
    ink = np.pad(cv2.resize(np.hstack(inks), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), 4)
    rgb = np.repeat((210 - ink * (170 / 255)).astype(np.uint8)[..., None], 3, axis=2)
    ink = find_ink(rgb)
    classify = cnn.predict_probabilities
    digits = decode(find_groups(ink.map, ink.pen_width, classify), ink, classify)
    return digits, Stages(rgb, ink), PictureViews(ink.signal, ink.scale)


def assemble_digits(digits, stages, views):
    return assemble(digits, stages.image.shape[1::-1], stages, LEVEL, views=views)


def test_clear_number_is_certain(found):
    reading = assemble_digits(*found)
    assert reading.rows == ["2047"]
    assert not reading.has_doubts


def test_number_without_its_last_digit_is_doubtful_where_the_picture_shows_more(found):
    digits, stages, views = found
    cut = digits.refuse(np.array([False, False, False, True]))
    assert assemble_digits(cut, stages, views).has_doubts
    assert not assemble_digits(cut, stages, None).has_doubts


@pytest.mark.parametrize(("complete", "doubtful"), [(0.6, [2]), (0.97, [])])
def test_digit_beside_a_sign_that_may_be_missing_is_doubtful(found, complete, doubtful):
    digits, stages, views = found
    missing = LineSigns([], np.array([1, 1, complete, 1, 1]))
    known = {(0, (2, 0, 4, 7)): missing}
    reading = assemble(digits, stages.image.shape[1::-1], stages, LEVEL, views=views, known_signs=known)
    assert reading.rows == ["2047"]
    assert np.flatnonzero(reading.doubtful).tolist() == doubtful
