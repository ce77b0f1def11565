import cv2
import numpy as np

from digitnet.augmentation.non_digits import cut_in_half, join_digits, make_nondigits, strike_through, turn_digit


def test_make_nondigits_makes_as_many_as_asked_for(digits):
    pictures = make_nondigits(digits.images, digits.labels, 60, np.random.default_rng(0))
    assert len(pictures) == 60
    assert all(picture.dtype == np.uint8 and picture.any() and max(picture.shape) > 8 for picture in pictures)


def test_nondigits_can_be_made_of_a_single_digit(digits):
    pictures = make_nondigits(digits.images[:1], digits.labels[:1], 30, np.random.default_rng(0))
    assert all(picture.any() for picture in pictures)


def test_joined_digits_are_wider_than_a_digit(digits):
    rng = np.random.default_rng(0)
    shapes = [join_digits(digits.images, digits.labels, rng).shape for _ in range(40)]
    assert np.median([width / height for height, width in shapes]) > 1.1


def test_half_digit_is_neither_a_stick_nor_a_ring(digits):
    rng = np.random.default_rng(0)
    for half in filter(lambda half: half is not None, (cut_in_half(*digits, rng) for _ in range(100))):
        height, width = half.shape
        assert width >= 0.45 * height
        padded = cv2.copyMakeBorder(half, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        holes = cv2.connectedComponents((padded <= 100).astype(np.uint8), connectivity=4)[0] - 2
        assert holes == 0


def test_ones_and_fours_are_not_struck_through(digits):
    rng = np.random.default_rng(0)
    pictures = [strike_through(*digits.select(slice(index, index + 1)), rng) for index in range(60)]
    assert all(picture is None for picture, label in zip(pictures, digits.labels, strict=False) if label in (1, 4))
    assert any(picture is not None for picture in pictures)


def test_digits_that_stay_digits_are_not_turned(digits):
    round_ones = digits.select(np.flatnonzero(np.isin(digits.labels, (0, 1))))
    assert all(turn_digit(*round_ones, np.random.default_rng(seed)) is None for seed in range(50))
