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
def written(mnist):
    """Dark digits of 150 pixels on light paper, with `margin` around them: (label, gray)."""

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


def as_rgb(gray):
    return np.repeat(gray[..., None], 3, axis=2)


@pytest.mark.parametrize("margin", [0, 2, 60])
@pytest.mark.parametrize("light", [False, True])
def test_digit_is_found_however_close_it_was_cut_out(margin, light, written, cnn):
    right = 0
    for label, gray in written(40, margin):
        single = find_single_digit(as_rgb(255 - gray if light else gray))
        right += int(cnn.predict_probabilities(single.picture[None])[0].argmax()) == label
    assert right >= 38


def test_kept_crop_shows_the_digit_and_little_around_it(written):
    label, gray = next(written(1, 100))
    single = find_single_digit(as_rgb(gray))
    assert single.crop.startswith(PNG_SIGNATURE)
    crop = load(single.crop)
    assert 150 <= max(crop.shape) <= 200
    assert crop.min() == gray.min()
    assert label == 7


def test_kept_crop_of_a_large_picture_is_made_smaller(written):
    gray = cv2.resize(next(written(1, 100))[1], None, fx=5, fy=5)
    assert max(load(find_single_digit(as_rgb(gray)).crop).shape) == 256


def test_cut_out_digit_is_normalised_as_its_ink_is(mnist):
    image = cv2.copyMakeBorder(mnist[1].images[0], 10, 0, 0, 10, cv2.BORDER_CONSTANT, value=0)
    assert not is_like_mnist(image)
    single = normalize_cutout(image, dark_on_light=False)
    expected = normalize([np.where(image < 0.15 * 255, 0, image).astype(np.uint8)])[0]
    assert np.abs(single.picture.astype(int) - expected).mean() < 1


def test_mnist_is_like_mnist_and_stays_as_it_is(mnist):
    for image in mnist[1].images[:200]:
        assert is_like_mnist(image)
        assert np.array_equal(find_single_digit(as_rgb(image)).picture, image)
        assert np.array_equal(find_single_digit(as_rgb(255 - image)).picture, image)


@pytest.mark.parametrize("shift", [(4, 0), (0, -3)])
def test_what_stands_off_the_centre_is_not_like_mnist(shift, mnist):
    assert not is_like_mnist(np.roll(mnist[1].images[1], shift, axis=(0, 1)))


def test_ink_is_told_from_its_ground(written):
    for _, gray in written(40, 1):
        assert is_digit_dark_on_light(gray)
        assert not is_digit_dark_on_light(255 - gray)


@pytest.mark.parametrize("size", [20, 28, 50, 120])
def test_ink_that_runs_into_all_sides_is_told_from_its_ground(size, written):
    told = []
    for _, gray in written(60, 0):
        factor = size / max(gray.shape)
        small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        told += [is_digit_dark_on_light(small), not is_digit_dark_on_light(255 - small)]
    assert np.mean(told) > 0.95


def test_digit_on_paper_on_a_table_is_told_from_both(written):
    for _, gray in written(20, 60):
        table = cv2.copyMakeBorder(gray, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=70)
        assert is_digit_dark_on_light(table)


@pytest.mark.parametrize("size", [(1, 1), (5, 5), (28, 28), (64, 3), (300, 200)])
def test_picture_without_ink_is_said(size):
    with pytest.raises(ImageError, match=r"Received: (an empty one|none)\."):
        find_single_digit(np.full((*size, 3), 200, np.uint8))


def test_8_of_two_rings_is_one_digit(cnn):
    gray = np.full((300, 200), 255, np.uint8)
    cv2.ellipse(gray, (100, 80), (30, 30), 0, 0, 360, 0, 9, cv2.LINE_AA)
    cv2.ellipse(gray, (96, 158), (36, 34), 0, 0, 360, 0, 9, cv2.LINE_AA)
    single = find_single_digit(as_rgb(gray))
    assert int(cnn.predict_probabilities(single.picture[None])[0].argmax()) == 8
    assert load(single.crop).shape[0] > 140


def test_two_digits_are_said():
    gray = np.full((300, 400), 255, np.uint8)
    for x in (120, 260):
        cv2.ellipse(gray, (x, 150), (40, 60), 0, 0, 360, 0, 9, cv2.LINE_AA)
    with pytest.raises(ImageError, match=r"Received: 2\."):
        find_single_digit(as_rgb(gray))
