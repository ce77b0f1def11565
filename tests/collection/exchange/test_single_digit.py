import cv2
import numpy as np
import pytest

from digitnet import ImageError
from digitnet.collection.exchange.single_digit import find_single_digit, is_like_mnist, normalize_cutout
from digitnet.collection.samples import PNG_SIGNATURE
from digitnet.preprocessing.images import load
from digitnet.preprocessing.normalization import normalize
from digitnet.preprocessing.tight_crops import is_digit_dark_on_light


@pytest.fixture
def write_digits(mnist):
    """Return a generator of labels and dark digits of 150 pixels on light paper, with a margin."""

    def make(count, margin):
        for image, label in zip(mnist[1].images[:count], mnist[1].labels[:count], strict=True):
            x, y, width, height = cv2.boundingRect(image)
            digit = cv2.resize(
                image[y : y + height, x : x + width], None, fx=7.5, fy=7.5, interpolation=cv2.INTER_CUBIC
            )
            ink = np.where(digit > 110, 255, 0).astype(np.uint8)
            gray = 240 - 0.8 * cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
            yield int(label), gray.astype(np.uint8)

    return make


def to_rgb(gray):
    return np.repeat(gray[..., None], 3, axis=2)


@pytest.mark.parametrize("margin", [0, 2, 60])
@pytest.mark.parametrize("light", [False, True])
def test_digit_is_found_with_any_margin(margin, light, write_digits, cnn):
    right = 0
    for label, gray in write_digits(40, margin):
        single = find_single_digit(to_rgb(255 - gray if light else gray))
        right += int(cnn.predict_probabilities(single.picture[None])[0].argmax()) == label
    assert right >= 38


def test_crop_shows_the_digit_with_a_small_margin(write_digits):
    label, gray = next(write_digits(1, 100))
    single = find_single_digit(to_rgb(gray))
    assert single.crop.startswith(PNG_SIGNATURE)
    crop = load(single.crop)
    assert 150 <= max(crop.shape) <= 200
    assert crop.min() == gray.min()
    assert label == 7


def test_crop_of_a_large_picture_is_scaled_down(write_digits):
    gray = cv2.resize(next(write_digits(1, 100))[1], None, fx=5, fy=5)
    assert max(load(find_single_digit(to_rgb(gray)).crop).shape) == 256


def test_cutout_is_normalized_like_its_ink(mnist):
    image = cv2.copyMakeBorder(mnist[1].images[0], 10, 0, 0, 10, cv2.BORDER_CONSTANT, value=0)
    assert not is_like_mnist(image)
    single = normalize_cutout(image, dark_on_light=False)
    expected = normalize([np.where(image < 0.15 * 255, 0, image).astype(np.uint8)])[0]
    assert np.abs(single.picture.astype(int) - expected).mean() < 1


def test_mnist_digits_stay_unchanged(mnist):
    for image in mnist[1].images[:200]:
        assert is_like_mnist(image)
        assert np.array_equal(find_single_digit(to_rgb(image)).picture, image)
        assert np.array_equal(find_single_digit(to_rgb(255 - image)).picture, image)


@pytest.mark.parametrize("shift", [(4, 0), (0, -3)])
def test_digit_off_the_center_is_not_like_mnist(shift, mnist):
    assert not is_like_mnist(np.roll(mnist[1].images[1], shift, axis=(0, 1)))


def test_dark_and_light_ink_are_distinguished(write_digits):
    for _, gray in write_digits(40, 1):
        assert is_digit_dark_on_light(gray)
        assert not is_digit_dark_on_light(255 - gray)


@pytest.mark.parametrize("size", [20, 28, 50, 120])
def test_ink_at_all_sides_is_distinguished_from_ground(size, write_digits):
    outcomes = []
    for _, gray in write_digits(60, 0):
        factor = size / max(gray.shape)
        small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        outcomes += [is_digit_dark_on_light(small), not is_digit_dark_on_light(255 - small)]
    assert np.mean(outcomes) > 0.95


def test_ink_on_paper_on_a_table_is_dark(write_digits):
    for _, gray in write_digits(20, 60):
        table = cv2.copyMakeBorder(gray, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=70)
        assert is_digit_dark_on_light(table)


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (28, 28), (64, 3), (300, 200)])
def test_picture_without_ink_is_refused(size):
    with pytest.raises(ImageError, match=r"Received: (an empty one|none)\."):
        find_single_digit(np.full((*size, 3), 200, np.uint8))


def test_8_of_two_rings_is_a_single_digit(cnn):
    gray = np.full((300, 200), 255, np.uint8)
    cv2.ellipse(gray, (100, 80), (30, 30), 0, 0, 360, 0, 9, cv2.LINE_AA)
    cv2.ellipse(gray, (96, 158), (36, 34), 0, 0, 360, 0, 9, cv2.LINE_AA)
    single = find_single_digit(to_rgb(gray))
    assert int(cnn.predict_probabilities(single.picture[None])[0].argmax()) == 8
    assert load(single.crop).shape[0] > 140


def test_picture_of_two_digits_is_refused():
    gray = np.full((300, 400), 255, np.uint8)
    for x in (120, 260):
        cv2.ellipse(gray, (x, 150), (40, 60), 0, 0, 360, 0, 9, cv2.LINE_AA)
    with pytest.raises(ImageError, match=r"Received: 2\."):
        find_single_digit(to_rgb(gray))
