import cv2
import numpy as np
import pytest

from digitnet import nondigits
from digitnet.augmentation import REFUSED, Augmentation, with_nondigits
from digitnet.nondigits import make_nondigits
from digitnet.styles import _STYLES, draw_style, smooth


@pytest.fixture
def digits(mnist):
    return mnist[0].take(slice(300))


def test_as_many_nondigits_as_asked_for(digits):
    made = make_nondigits(digits.images, digits.labels, 60, np.random.default_rng(0))
    assert len(made) == 60
    assert all(picture.dtype == np.uint8 and picture.any() and max(picture.shape) > 8 for picture in made)


def test_nondigits_can_be_made_of_a_single_digit(digits):
    made = make_nondigits(digits.images[:1], digits.labels[:1], 30, np.random.default_rng(0))
    assert all(picture.any() for picture in made)


def test_pair_is_wider_than_a_digit(digits):
    rng = np.random.default_rng(0)
    shapes = [nondigits.pair(digits.images, digits.labels, rng).shape for _ in range(40)]
    assert np.median([width / height for height, width in shapes]) > 1.1


def test_half_is_neither_a_stick_nor_a_ring(digits):
    rng = np.random.default_rng(0)
    for half in filter(lambda half: half is not None, (nondigits.half(*digits, rng) for _ in range(100))):
        height, width = half.shape
        assert width >= 0.45 * height
        padded = cv2.copyMakeBorder(half, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        holes = cv2.connectedComponents((padded <= 100).astype(np.uint8), connectivity=4)[0] - 2
        assert holes == 0


def test_digits_that_stay_digits_when_turned_are_not_turned(digits):
    round_ones = digits.take(np.flatnonzero(np.isin(digits.labels, (0, 1))))
    assert all(nondigits.turned(*round_ones, np.random.default_rng(seed)) is None for seed in range(50))


def test_batch_holds_good_cuts_bad_cuts_and_what_is_no_digit(digits):
    batch = digits.take(slice(128))
    mixed = with_nondigits(batch, batch.images, Augmentation(), np.random.default_rng(0))
    assert mixed.images.shape == (158, 28, 28)
    assert (mixed.labels == REFUSED).sum() == 28
    assert set(mixed.labels.tolist()) <= set(range(11))


def test_batch_repeats_with_its_seed(digits):
    first, second = (with_nondigits(digits, digits.images, Augmentation(), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)


@pytest.mark.parametrize("label", range(10))
def test_styles_are_drawn_as_mnist_would_show_them(label):
    drawn = draw_style(label, np.random.default_rng(label))
    assert (drawn is not None) == (label in _STYLES)
    if drawn is not None:
        assert drawn.shape == (28, 28)
        assert drawn.max() > 200
        assert not drawn[[0, 1, -2, -1]].any()


def test_styles_are_read_as_their_digit(cnn):
    rng = np.random.default_rng(0)
    for label in _STYLES:
        drawn = np.stack([draw_style(label, rng) for _ in range(40)])
        assert (cnn.probabilities(drawn).argmax(axis=1) == label).mean() > 0.8


def test_smooth_curve_goes_through_its_points():
    points = np.array([[0, 0], [1, 2], [3, 1], [4, 4]], float)
    curve = smooth(points, steps=5)
    assert all(np.abs(curve - point).sum(axis=1).min() < 1e-9 for point in points)
