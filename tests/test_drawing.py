from dataclasses import replace

import numpy as np

from digitnet import Reading, read
from digitnet.drawing import BOX_COLOR, DOUBT_COLOR, annotate, to_jpeg, to_png
from digitnet.images import load


def test_boxes_are_drawn_on_a_copy(paper):
    image = load(paper().number("2047").gray())
    before = image.copy()
    drawn = annotate(image, read(image))
    assert drawn.shape == image.shape
    assert (drawn != image).any()
    assert np.array_equal(image, before)


def test_doubtful_digit_is_drawn_in_another_colour(paper):
    image = load(paper().number("20").gray())
    reading = read(image)
    doubtful = replace(reading, probabilities=np.full_like(reading.probabilities, 0.1))
    for drawn, color in ((annotate(image, reading), BOX_COLOR), (annotate(image, doubtful), DOUBT_COLOR)):
        assert (drawn == color).all(axis=2).sum() > 1000


def test_picture_without_digits_is_left_as_it_is(paper):
    image = load(paper().gray())
    assert np.array_equal(annotate(image, Reading.empty()), image)


def test_pictures_are_encoded_with_their_colours(paper):
    image = np.zeros((20, 20, 3), np.uint8)
    image[..., 0] = 200
    assert np.array_equal(load(to_png(image)), image)
    assert np.abs(load(to_jpeg(image)).astype(int) - image).max() < 10
