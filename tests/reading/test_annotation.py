from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet import Reading, read
from digitnet.preprocessing.images import load
from digitnet.reading.annotation import BOX_COLOR, DOUBT_COLOR, REFUSED_COLOR, annotate, dim_outside
from tests.helpers.signs import make_reading


def count(picture, color):
    return (picture == color).all(axis=2).sum()


def test_boxes_are_drawn_on_a_copy(paper):
    image = load(paper().number("2047").gray())
    before = image.copy()
    annotated = annotate(image, read(image))
    assert annotated.shape == image.shape
    assert (annotated != image).any()
    assert np.array_equal(image, before)


def test_doubtful_digit_has_another_color(paper):
    image = load(paper().number("20").gray())
    sure = replace(read(image), level=0.0)
    doubtful = replace(sure, level=1.1)
    assert count(annotate(image, sure), BOX_COLOR) > 1000 > count(annotate(image, sure), DOUBT_COLOR)
    assert count(annotate(image, doubtful), DOUBT_COLOR) > 1000 > count(annotate(image, doubtful), BOX_COLOR)


def test_likely_runner_up_is_named_if_there_is_room(paper):
    image = load(paper().number("20", size=160).gray())
    reading = replace(read(image), level=1.1)
    likely = reading.probabilities.copy()
    likely[:, 9] = 0.4
    short, long = (
        count(annotate(image, one), DOUBT_COLOR) for one in (reading, replace(reading, probabilities=likely))
    )
    assert long > short


def test_tag_hides_no_digit_if_there_is_room(paper):
    page = paper()
    boxes = np.array([[40, 60, 100, 140], [50, 150, 110, 230], [30, 2, 90, 50]], np.int32)  # Under each other.
    reading = read(page.number("204").gray())
    reading = replace(reading, boxes=boxes, level=0.0)
    white = np.full((240, 400, 3), 255, np.uint8)
    annotated = annotate(white, reading)
    for left, top, right, bottom in boxes:
        assert (annotated[top + 5 : bottom - 5, left + 5 : right - 5] == 255).all()
    assert count(annotated, BOX_COLOR) > 3 * 12 * 12


def test_refused_ink_has_a_thin_box(paper):
    image = load(paper().gray())
    refused = replace(Reading.empty(), refused=np.array([[50, 60, 90, 120]], np.int32))
    annotated = annotate(image, refused)
    assert tuple(annotated[60, 70]) == REFUSED_COLOR
    assert np.array_equal(annotated[64:117, 54:87], image[64:117, 54:87])


def test_box_that_rounding_has_emptied_gets_no_tag():
    annotated, outside = draw_tags((1, 1600), [[0, 300, 0, 340]])
    assert annotated.shape == (1600, 1, 3)
    assert not outside.any()


@pytest.mark.slow
@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("size", [(50, 1_200_000), (1, 1_200_000)])
def test_box_and_tag_on_a_long_thin_picture_are_small(size, upright, paper):
    box = [size[1] - 600, size[0] // 5, size[1] - 560, size[0]]
    boxes = np.array([[box[1], box[0], box[3], box[2]] if upright else box], np.int32)
    reading = replace(read(paper().number("2").gray()), boxes=boxes, level=1.1)
    annotated = annotate(np.full((*(size[::-1] if upright else size), 3), 255, np.uint8), reading)
    along = np.flatnonzero((annotated != 255).any(axis=(2, int(upright))))
    assert size[1] - 800 < along[0] < box[0] < box[2] < along[-1] < size[1] - 400


def test_picture_is_darker_outside_the_region(paper):
    image = load(paper().gray())
    dimmed = dim_outside(image, (100, 50, 300, 200))
    assert np.array_equal(dimmed[50:200, 100:300], image[50:200, 100:300])
    assert dimmed[:50].mean() < image[:50].mean() / 2
    assert dim_outside(image, None) is image


def test_picture_without_digits_is_unchanged(paper):
    image = load(paper().gray())
    assert np.array_equal(annotate(image, Reading.empty()), image)


def draw_tags(size, boxes, **changes):
    """Annotate white paper of this width and height; return it, and the mask of what was drawn outside the boxes."""
    boxes = np.array(boxes, np.int32)
    row = np.zeros(len(boxes), np.int32)
    probabilities = np.eye(10, dtype=np.float32)[np.arange(len(boxes)) % 10]
    crops = np.zeros((len(boxes), 28, 28), np.uint8)
    reading = replace(Reading(boxes, probabilities, row, crops, size), **changes)
    annotated = annotate(np.full((size[1], size[0], 3), 255, np.uint8), reading)
    outside, rim = (annotated == BOX_COLOR).all(axis=2), 4 + size[0] // 400
    for left, top, right, bottom in boxes:
        outside[max(0, top - rim) : bottom + rim, max(0, left - rim) : right + rim] = False
    return annotated, outside


def test_tags_of_large_digits_stay_small():
    _, outside = draw_tags((640, 400), [[40, 100, 160, 300], [200, 100, 320, 300], [360, 100, 480, 300]])
    tag_rows = np.flatnonzero(outside.any(axis=1))
    assert 12 <= np.ptp(tag_rows) <= 0.1 * 400


def test_tag_is_not_larger_than_its_small_digit():
    _, outside = draw_tags((4000, 3000), [[1000, 1000, 1020, 1030], [1200, 1000, 1220, 1030]])
    tag_rows = np.flatnonzero(outside.any(axis=1))
    assert 8 <= np.ptp(tag_rows) <= 50


def test_tags_of_digits_at_the_edges_hide_no_digit():
    boxes = [[0, 0, 150, 190], [160, 0, 310, 190], [0, 210, 150, 400], [160, 210, 310, 400], [330, 3, 640, 397]]
    annotated, outside = draw_tags((640, 400), boxes)
    assert outside.any()
    for left, top, right, bottom in boxes:
        assert (annotated[top + 5 : bottom - 5, left + 5 : right - 5] == 255).all()


def annotate_filled(image):
    """Annotate a picture that one digit fills; return whether a tag is drawn, and whether it hides ink."""
    width, height = image.shape[1::-1]
    boxes = np.array([[0, 0, width, height]], np.int32)
    crops = np.zeros((1, 28, 28), np.uint8)
    reading = Reading(boxes, np.eye(10, dtype=np.float32)[:1], np.zeros(1, np.int32), crops, (width, height))
    inside = slice(5, -5), slice(5, -5)
    annotated = annotate(image, reading)[inside]
    ink = (image[inside] == 0).all(axis=2)
    return bool((annotated == BOX_COLOR).all(axis=2).any()), bool((annotated[ink] != 0).any())


def test_tag_of_a_digit_that_fills_the_picture_hides_no_ink():
    image = np.full((200, 200, 3), 255, np.uint8)
    cv2.circle(image, (100, 100), 80, (0, 0, 0), 24)
    assert annotate_filled(image) == (True, False)


def test_tag_without_room_beside_the_ink_is_left_out():
    image = np.full((200, 200, 3), 255, np.uint8)
    image[:, ::10] = image[:, 1::10] = 0
    assert annotate_filled(image) == (False, False)


def test_signs_have_boxes_that_no_tag_hides():
    reading = make_reading("4.9-2")
    white = np.full((100, 200, 3), 255, np.uint8)
    doubts = np.array([0.5, 0.99], np.float32)
    annotated = annotate(white, replace(reading, signs=replace(reading.signs, confidence=doubts), level=0.9))
    assert count(annotated, DOUBT_COLOR) > 50
    for left, top, right, bottom in reading.signs.boxes:
        assert (annotated[top + 3 : bottom - 3, left + 3 : right - 3] == 255).all()
    typed = replace(reading.signs, boxes=reading.signs.boxes[:, [0, 1, 0, 3]])
    assert count(annotate(white, replace(reading, signs=typed, level=0.0)), DOUBT_COLOR) == 0


def test_lines_that_were_taken_out_are_drawn():
    image = np.full((200, 300, 3), 255, np.uint8)
    reading = replace(Reading.empty((300, 200)), lines=np.array([[20, 50, 280, 50], [40, 20, 40, 180]], np.int32))
    drawn = (annotate(image, reading) != image).any(axis=2)
    assert drawn[50, 20:281].all()
    assert drawn[20:181, 40].all()
    assert not drawn[100:, 100:].any()
