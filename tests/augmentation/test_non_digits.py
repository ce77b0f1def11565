import cv2
import numpy as np
import pytest

from digitnet.augmentation import digit_shapes, non_digits, scribbles
from digitnet.augmentation.augmentation import Augmentation, add_nondigits
from digitnet.augmentation.letters import draw_letter
from digitnet.augmentation.non_digits import make_nondigits
from digitnet.augmentation.stroke_rendering import smooth
from digitnet.augmentation.writing_styles import draw_style
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import trim


@pytest.fixture
def digits(mnist):
    return mnist[0].select(slice(300))


def test_as_many_nondigits_as_asked_for(digits):
    made = make_nondigits(digits.images, digits.labels, 60, np.random.default_rng(0))
    assert len(made) == 60
    assert all(picture.dtype == np.uint8 and picture.any() and max(picture.shape) > 8 for picture in made)


def test_nondigits_can_be_made_of_a_single_digit(digits):
    made = make_nondigits(digits.images[:1], digits.labels[:1], 30, np.random.default_rng(0))
    assert all(picture.any() for picture in made)


def test_pair_is_wider_than_a_digit(digits):
    rng = np.random.default_rng(0)
    shapes = [non_digits.pair(digits.images, digits.labels, rng).shape for _ in range(40)]
    assert np.median([width / height for height, width in shapes]) > 1.1


def test_half_is_neither_a_stick_nor_a_ring(digits):
    rng = np.random.default_rng(0)
    for half in filter(lambda half: half is not None, (non_digits.half(*digits, rng) for _ in range(100))):
        height, width = half.shape
        assert width >= 0.45 * height
        padded = cv2.copyMakeBorder(half, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        holes = cv2.connectedComponents((padded <= 100).astype(np.uint8), connectivity=4)[0] - 2
        assert holes == 0


def test_struck_digit_has_more_ink_than_the_digit(digits):
    rng = np.random.default_rng(0)
    made = [non_digits.struck(*digits.select(slice(index, index + 1)), rng) for index in range(60)]
    assert all(picture is None for picture, label in zip(made, digits.labels, strict=False) if label in (1, 4))
    assert any(picture is not None for picture in made)


def test_letters_are_of_many_shapes():
    rng = np.random.default_rng(0)
    letters = [draw_letter(rng) for _ in range(60)]
    assert all(letter.dtype == np.uint8 and letter.max() > 200 for letter in letters)
    assert len({letter.shape for letter in letters}) > 10


def test_digits_that_stay_digits_when_turned_are_not_turned(digits):
    round_ones = digits.select(np.flatnonzero(np.isin(digits.labels, (0, 1))))
    assert all(non_digits.turned(*round_ones, np.random.default_rng(seed)) is None for seed in range(50))


def test_batch_holds_good_cuts_bad_cuts_and_what_is_no_digit(digits):
    batch = digits.select(slice(128))
    mixed = add_nondigits(batch, batch.images, Augmentation(), np.random.default_rng(0))
    assert mixed.images.shape == (177, 28, 28)
    assert (mixed.labels == NOT_A_DIGIT).sum() == 43
    assert set(mixed.labels.tolist()) <= set(range(11))


def test_batch_repeats_with_its_seed(digits):
    first, second = (add_nondigits(digits, digits.images, Augmentation(), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)


@pytest.mark.parametrize("label", range(10))
def test_styles_are_drawn_as_mnist_would_show_them(label):
    drawn = draw_style(label, np.random.default_rng(label))
    assert drawn.shape == (28, 28)
    assert drawn.max() > 200
    assert max(trim(drawn).shape) == 20


def test_styles_are_read_as_their_digit(cnn):
    rng = np.random.default_rng(0)
    for label in range(10):
        drawn = np.stack([draw_style(label, rng) for _ in range(40)])
        assert (cnn.predict_digit_probabilities(drawn).argmax(axis=1) == label).mean() > 0.8


def test_smooth_curve_goes_through_its_points():
    points = np.array([[0, 0], [1, 2], [3, 1], [4, 4]], float)
    curve = smooth(points, steps=5)
    assert all(np.abs(curve - point).sum(axis=1).min() < 1e-9 for point in points)


def test_scribbles_and_letters_are_more_than_one_line(digits):
    rng = np.random.default_rng(0)
    for kind in (scribbles.scribble, scribbles.letter):
        made = [kind(digits.images[:8], digits.labels[:8], rng) for _ in range(80)]
        kept = [picture for picture in made if picture is not None]
        assert 40 < len(kept) < 80
        assert not any(digit_shapes.is_curve(picture) for picture in kept)


def test_seven_is_one_line_and_crossed_lines_are_not():
    seven = np.zeros((60, 40), np.uint8)
    cv2.polylines(seven, [np.array([(4, 4), (34, 4), (16, 56)])], False, 255, 4)
    assert digit_shapes.is_curve(seven)
    cv2.line(seven, (8, 30), (36, 30), 255, 4)
    assert not digit_shapes.is_curve(seven)
