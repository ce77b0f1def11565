import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import DIGIT_HEIGHT, compose, make_ink_run
from digitnet.decoding.sequence_recognizer import (
    BLANK,
    MARGIN,
    decode_best_path,
    log_softmax,
    recognize,
    render_line,
    score_texts,
)


def stretch_of(digits, places, pen=6.0):
    fields = compose([digits.images[place] for place in places], pen, np.random.default_rng(0))
    return make_ink_run(np.maximum.reduce(fields), DIGIT_HEIGHT, pen)


def spread(path):
    """Return the text that a label for each column stands for."""
    return tuple(sign for sign, _ in itertools.groupby(path) if sign != BLANK)


def test_likelihood_of_a_text_is_that_of_all_ways_to_spread_it_over_the_columns():
    said = log_softmax(np.random.default_rng(0).normal(0, 2, (5, BLANK + 1)).astype(np.float32))
    signs = (1, 7, BLANK)
    expected: dict[tuple[int, ...], float] = {}
    for path in itertools.product(signs, repeat=5):
        likelihood = np.exp(sum(float(said[column, sign]) for column, sign in enumerate(path)))
        expected[spread(path)] = expected.get(spread(path), 0.0) + likelihood
    found = score_texts(said, list(expected))
    assert np.exp(found) == pytest.approx(list(expected.values()), rel=1e-5)


def test_text_that_the_columns_have_no_room_for_is_impossible():
    said = np.full((3, BLANK + 1), -np.log(BLANK + 1), np.float32)
    assert score_texts(said, [(1, 1, 1), (1, 2, 3)])[0] == -np.inf
    assert np.isfinite(score_texts(said, [(1, 2, 3), ()])).all()
    assert len(score_texts(said, [])) == 0


def test_letters_side_by_side_are_as_likely_as_one():
    said = log_softmax(np.random.default_rng(1).normal(0, 2, (6, BLANK + 1)).astype(np.float32))
    one, two, three, apart = score_texts(said, [(3, 10), (3, 10, 10), (3, 10, 10, 10), (10, 3, 10)])
    assert one == two == three != apart


def test_text_is_spelt_by_the_likeliest_answers():
    path = [BLANK, 4, 4, BLANK, 4, 7, BLANK, 10]
    assert decode_best_path(np.eye(BLANK + 1)[path]) == (4, 4, 7, 10)


@pytest.mark.parametrize("scale", [0.5, 2, 3])
def test_picture_does_not_depend_on_the_resolution(held_out, scale):
    ink = np.maximum.reduce(compose(list(held_out.images[:3]), 6.0, np.random.default_rng(0)))
    other = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    one, same = render_line(ink, 56.0), render_line(other, 56.0 * scale)
    wide = min(one.shape[1], same.shape[1])
    assert abs(one.shape[1] - same.shape[1]) <= 1
    assert np.abs(one[:, :wide].astype(float) - same[:, :wide]).mean() < 12


def test_picture_has_a_margin_and_its_darkest_ink_is_full():
    seen = render_line(np.full((60, 30), 120, np.uint8), 60.0)
    assert seen.shape == (28, 10 + 2 * MARGIN)
    assert seen.max() == 255
    assert not seen[:, :MARGIN].any()
    assert not seen[:, -MARGIN:].any()
    assert render_line(np.full((200, 30), 255, np.uint8), 60.0).min(axis=0).max() == 255  # taller than the picture


def test_stretch_says_what_is_written_there(held_out):
    places = [int(np.flatnonzero(held_out.labels == label)[2]) for label in (2, 0, 5)]
    said = recognize(stretch_of(held_out, places))
    assert said is not None
    texts = [(2, 0, 5), (2, 0), (2, 6, 5), (2, 0, 5, 1), ()]
    assert score_texts(said, texts).argmax() == 0


def test_nothing_is_said_of_a_stretch_that_is_too_long_or_too_tall(held_out):
    assert recognize(stretch_of(held_out, [0] * 60)) is None
    stretch = stretch_of(held_out, [0, 1])
    assert recognize(stretch) is not None
    assert recognize(replace(stretch, digit_height=stretch.digit_height / 2)) is None
