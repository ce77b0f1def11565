import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.preprocessing.normalization import (
    MNIST_PEN_WIDTHS,
    enlarge,
    fit_to_box,
    locate_ink,
    measure_boxed_pen_width,
    measure_pen_width,
    normalize,
    to_network_input,
    trim,
)


def draw_line(pen, length=100):
    picture = np.zeros((length + 40, length + 40), np.uint8)
    return cv2.line(picture, (20, 20), (20 + length, 20 + length), 255, pen, cv2.LINE_AA)


def measure_ink(picture):
    """Return the height and width of the ink."""
    rows, columns = np.nonzero(picture)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_mnist_digit_of_usual_pen_width_is_unchanged(mnist):
    images = mnist[0].images[:1000]
    widths = np.array([measure_pen_width(trim(image)) for image in images])
    usual = images[(widths > MNIST_PEN_WIDTHS[0]) & (widths < MNIST_PEN_WIDTHS[1])]
    assert len(usual) > 850
    assert np.mean([np.array_equal(a, b) for a, b in zip(normalize(usual), usual, strict=True)]) > 0.995


@pytest.mark.parametrize("factor", [0.5, 2, 5, 17])
def test_crop_of_any_size_gives_the_same_picture(mnist, factor):
    digits = mnist[1].images[:20]
    crops = [cv2.resize(digit, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR) for digit in digits]
    difference = np.abs(normalize(crops).astype(int) - digits).mean(axis=(1, 2))
    assert np.median(difference) < 20


def test_proportions_are_kept():
    height, width = measure_ink(normalize([np.full((100, 10), 255, np.uint8)])[0])
    assert height == 20
    assert width <= 5


@pytest.mark.parametrize("pen", [1, 2, 4, 8, 16, 24])
def test_hairline_and_marker_get_the_pen_width_of_mnist(pen):
    width = measure_pen_width(normalize([draw_line(pen)])[0])
    assert MNIST_PEN_WIDTHS[0] - 0.7 <= width <= MNIST_PEN_WIDTHS[1] + 0.7


@pytest.mark.parametrize("pen", [4, 8, 16])
def test_pen_width_is_measured_to_a_pixel_and_a_half(pen):
    assert measure_pen_width(draw_line(pen)) == pytest.approx(pen, abs=1.5)


def test_margins_do_not_change_the_picture():
    crop = draw_line(8)
    assert np.array_equal(normalize([crop]), normalize([np.pad(crop, ((3, 90), (40, 0)))]))


def test_crop_without_ink_is_an_empty_picture():
    assert not normalize([np.zeros((30, 20), np.uint8)]).any()


def test_no_crops_give_no_pictures():
    assert normalize([]).shape == (0, 28, 28)


def test_network_input_is_in_0_to_1():
    inputs = to_network_input(np.full((2, 28, 28), 255, np.uint8))
    assert inputs.shape == (2, 28, 28, 1)
    assert inputs.dtype == np.float32
    assert inputs.max() == 1.0


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40))))
def test_any_crop_gives_a_centered_picture(crop):
    picture = normalize([crop])[0]
    assert picture.shape == (28, 28)
    if picture.any():
        moments = cv2.moments(picture)
        assert 8 <= moments["m10"] / moments["m00"] <= 19
        assert 8 <= moments["m01"] / moments["m00"] <= 19


def test_normalized_ink_is_placed_like_mnist(mnist):
    for picture in normalize(list(mnist[1].images[:50])):
        left, top, right, bottom = locate_ink(picture).box
        assert max(right - left, bottom - top) == 20
        assert locate_ink(picture).center == pytest.approx((14, 14), abs=1)


def test_empty_picture_is_placed_in_the_middle():
    assert locate_ink(np.zeros((28, 28), np.uint8)).center == (14, 14)
    assert measure_boxed_pen_width(np.zeros((5, 9), np.uint8)) == 0


def test_boxed_pen_width_does_not_depend_on_size():
    assert measure_boxed_pen_width(draw_line(8, length=100)) == pytest.approx(
        measure_boxed_pen_width(draw_line(32, length=400)), rel=0.1
    )


@pytest.mark.parametrize("side", [10, 16])
@pytest.mark.parametrize("darkness", [0.4, 1.0])
def test_digits_of_few_pixels_are_read_like_large_ones(side, darkness, held_out, cnn):
    """Enlarging makes them a blur, which a network that knows non-digits would refuse."""
    digits = held_out.select(slice(300))
    few = [(fit_to_box(trim(digit), side) * darkness).astype(np.uint8) for digit in digits.images]
    probabilities = cnn.predict_probabilities(normalize(few))
    assert (probabilities.argmax(axis=1) == digits.labels).mean() > 0.97


def test_enlarged_ink_has_sharp_edges():
    circle = cv2.circle(np.zeros((200, 200), np.uint8), (100, 100), 80, 255, 30, cv2.LINE_AA)
    few = cv2.resize(circle, (20, 20), interpolation=cv2.INTER_AREA)
    large = enlarge(few, 10)[10:-10, 10:-10]
    blurred = cv2.resize(few, (200, 200), interpolation=cv2.INTER_LINEAR)
    soft = [np.count_nonzero((picture > 20) & (picture < 235)) for picture in (large, blurred)]
    assert soft[0] < 0.4 * soft[1]
    assert np.count_nonzero((large > 127) != (circle > 127)) < 0.08 * np.count_nonzero(circle)


def test_enlarged_empty_picture_is_empty():
    assert not enlarge(np.zeros((4, 5), np.uint8), 3).any()
