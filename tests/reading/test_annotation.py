from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading, read
from digitnet.preprocessing.images import load
from digitnet.reading.annotation import BOX_COLOR, DOUBT_COLOR, REFUSED_COLOR, annotate, dim_outside


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
