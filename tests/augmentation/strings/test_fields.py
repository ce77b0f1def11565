import cv2
import numpy as np
import pytest

from digitnet.augmentation.strings.fields import BASE, FRAME_HEIGHT, LEVELS_PER_PIXEL, TOP, from_ink, from_strokes
from digitnet.augmentation.strings.rare_shapes import RARE_SHAPES
from digitnet.augmentation.strings.signs import MARKS, SIGNS, UNKNOWNS, VARIANTS, draw_sign
from digitnet.augmentation.strings.variants import draw_variant
from digitnet.labels import SIGNS as READ_SIGNS


def find_rows(distance):
    """Return the first and the last row of the skeleton."""
    rows = np.flatnonzero((distance == 0).any(axis=1))
    return int(rows[0]), int(rows[-1])


def test_digit_stands_between_top_and_base_line(held_out):
    field = from_ink(held_out.images[3], keep_ink=True)
    assert field.distance.shape[0] == FRAME_HEIGHT
    assert field.ink.shape == field.distance.shape
    first, last = find_rows(field.distance)
    assert TOP <= first < TOP + 8
    assert BASE - 8 < last < BASE


def test_pen_drawn_around_a_skeleton_covers_the_ink(held_out):
    field = from_ink(cv2.resize(held_out.images[5], (56, 56)), keep_ink=True)
    drawn = field.distance < 3.5 * LEVELS_PER_PIXEL
    inked = field.ink > 127
    assert np.mean(drawn[inked]) > 0.9


def test_empty_ink_has_no_field():
    assert from_ink(np.zeros((20, 20), np.uint8)) is None


@pytest.mark.parametrize("digit", range(10))
def test_drawn_digit_has_the_height_of_a_digit(digit):
    for seed in range(20):
        first, last = find_rows(from_strokes(draw_variant(digit, np.random.default_rng(seed))).distance)
        assert TOP - 1 <= first <= TOP + 1
        assert BASE - 2 <= last <= BASE + 1


@pytest.mark.parametrize("digit", range(10))
def test_rare_shapes_are_fields_of_any_digit(digit):
    for draw in RARE_SHAPES[digit]:
        strokes = draw(np.random.default_rng(2))
        assert all(stroke.shape[1] == 2 and np.isfinite(stroke).all() for stroke in strokes)
        assert np.ptp(np.concatenate(strokes)[:, 1]) > 0.7


def test_all_signs_that_are_read_can_be_drawn():
    assert set(SIGNS) == set(READ_SIGNS)
    for sign in SIGNS | MARKS | VARIANTS | UNKNOWNS:
        assert (from_strokes(draw_sign(sign, np.random.default_rng(1))).distance == 0).any()


def test_rare_points_stay_near_the_base_line():
    for seed in range(300):
        rows = np.concatenate(draw_sign(".", np.random.default_rng(seed)))[:, 1]
        assert rows.min() > 0.75
        assert rows.max() < 1.4


def test_smaller_sign_stands_where_it_was_asked_for():
    field = from_ink(np.full((20, 4), 255, np.uint8), top=0.25, base=0.75)
    first, last = find_rows(field.distance)
    assert 22 <= first <= 28
    assert 40 <= last <= 46
