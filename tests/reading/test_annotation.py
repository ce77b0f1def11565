from dataclasses import replace

import numpy as np

from digitnet import Reading, read
from digitnet.preprocessing.images import load, to_jpeg, to_png
from digitnet.reading.annotation import BOX_COLOR, DOUBT_COLOR, REFUSED_COLOR, annotate, dim_outside


def test_boxes_are_drawn_on_a_copy(paper):
    image = load(paper().number("2047").gray())
    before = image.copy()
    drawn = annotate(image, read(image))
    assert drawn.shape == image.shape
    assert (drawn != image).any()
    assert np.array_equal(image, before)


def count(drawn, color):
    return (drawn == color).all(axis=2).sum()


def test_doubtful_digit_is_drawn_in_another_colour(paper):
    image = load(paper().number("20").gray())
    sure = replace(read(image), level=0.0)
    doubtful = replace(sure, level=1.1)
    assert count(annotate(image, sure), BOX_COLOR) > 1000 > count(annotate(image, sure), DOUBT_COLOR)
    assert count(annotate(image, doubtful), DOUBT_COLOR) > 1000 > count(annotate(image, doubtful), BOX_COLOR)


def test_runner_up_is_named_where_it_is_likely_and_there_is_room(paper):
    image = load(paper().number("20", size=160).gray())
    reading = replace(read(image), level=1.1)
    likely = reading.probabilities.copy()
    likely[:, 9] = 0.4
    short, long = (
        count(annotate(image, each), DOUBT_COLOR) for each in (reading, replace(reading, probabilities=likely))
    )
    assert long > short


def test_tag_hides_no_digit_where_there_is_room_beside_it(paper):
    page = paper()
    boxes = np.array([[40, 60, 100, 140], [50, 150, 110, 230], [30, 2, 90, 50]], np.int32)  # one under the other
    reading = read(page.number("204").gray())
    reading = replace(reading, boxes=boxes, level=0.0)
    white = np.full((240, 400, 3), 255, np.uint8)
    drawn = annotate(white, reading)
    for left, top, right, bottom in boxes:
        assert (drawn[top + 5 : bottom - 5, left + 5 : right - 5] == 255).all()
    assert count(drawn, BOX_COLOR) > 3 * 12 * 12


def test_what_is_no_digit_has_a_thin_box(paper):
    image = load(paper().gray())
    refused = replace(Reading.empty(), refused=np.array([[50, 60, 90, 120]], np.int32))
    drawn = annotate(image, refused)
    assert tuple(drawn[60, 70]) == REFUSED_COLOR
    assert np.array_equal(drawn[64:117, 54:87], image[64:117, 54:87])


def test_what_lies_outside_the_region_is_darker(paper):
    image = load(paper().gray())
    dimmed = dim_outside(image, (100, 50, 300, 200))
    assert np.array_equal(dimmed[50:200, 100:300], image[50:200, 100:300])
    assert dimmed[:50].mean() < image[:50].mean() / 2
    assert dim_outside(image, None) is image


def test_picture_without_digits_is_left_as_it_is(paper):
    image = load(paper().gray())
    assert np.array_equal(annotate(image, Reading.empty()), image)


def test_pictures_are_encoded_with_their_colours(paper):
    image = np.zeros((20, 20, 3), np.uint8)
    image[..., 0] = 200
    assert np.array_equal(load(to_png(image)), image)
    assert np.array_equal(load(to_png(image[..., 0]))[..., 0], image[..., 0])
    assert np.abs(load(to_jpeg(image)).astype(int) - image).max() < 10
