import cv2
import numpy as np
import pytest

from digitnet import Hints, read
from digitnet.errors import ImageError
from digitnet.preprocessing.binarization import MAX_SIDE_PIXELS
from digitnet.preprocessing.normalization import fit_to_box, trim
from digitnet.preprocessing.tight_crops import find_tight_crop_ink, measure_contrast
from tests.helpers.ink import to_rgb


def photograph(ink, rng):
    """Return gray ink on gray paper, with the camera's noise."""
    return np.clip(205 - 0.6 * ink + rng.normal(0, 6, ink.shape), 0, 255).astype(np.uint8)


def enlarge_digit(digit):
    return cv2.resize(trim(digit), None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)


def place_on_line(digit, height, rng):
    """Return a digit about `height` tall on a line, with some room above and on its right."""
    ink = trim(digit)
    tall = round(height * rng.uniform(0.8, 1))
    ink = cv2.resize(ink, (max(2, ink.shape[1] * tall // ink.shape[0]), tall), interpolation=cv2.INTER_CUBIC)
    top = int(rng.integers(0, round(0.15 * height) + 1))
    return cv2.copyMakeBorder(ink, top, round(1.2 * height) - top - tall, 0, height // 4, cv2.BORDER_CONSTANT, value=0)


def measure_accuracy(digits, make_picture):
    texts = [read(make_picture(image)).text for image in digits.images]
    return np.mean([text == str(label) for text, label in zip(texts, digits.labels, strict=True)])


@pytest.mark.slow
@pytest.mark.parametrize("light", [False, True])
def test_digits_that_touch_all_sides_are_read(light, held_out):
    rng = np.random.default_rng(0)
    digits = held_out.select(slice(60))
    assert (
        measure_accuracy(
            digits, lambda image: photograph(255 - enlarge_digit(image) if light else enlarge_digit(image), rng)
        )
        > 0.9
    )


@pytest.mark.slow
@pytest.mark.parametrize("light", [False, True])
def test_digits_of_16_pixels_that_touch_all_sides_are_read(light, held_out):
    digits = held_out.select(slice(60))
    few = [fit_to_box(trim(image), 16) for image in digits.images]
    placed = [cv2.copyMakeBorder(ink, 0, 16 - ink.shape[0], 0, 16 - ink.shape[1], cv2.BORDER_CONSTANT) for ink in few]
    pictures = iter(placed)
    assert measure_accuracy(digits, lambda _: next(pictures) if light else 255 - next(pictures)) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("height", [24, 100])
@pytest.mark.parametrize("noisy", [False, True])
def test_tightly_cropped_numbers_are_read_whole(height, noisy, held_out):
    """Their first and last digit lie along a side, others touch it from above and below."""
    rng = np.random.default_rng(2)
    correct = 0
    for _ in range(30):
        chosen = rng.integers(0, len(held_out.labels), 4)
        number = trim(np.hstack([place_on_line(held_out.images[index], height, rng) for index in chosen]))
        picture = photograph(number, rng) if noisy else 255 - number
        correct += read(picture).text.replace(" ", "") == "".join(map(str, held_out.labels[chosen]))
    assert correct >= 24


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1, 20])
def test_boxes_of_a_tight_crop_are_in_pixels_of_the_picture(factor, held_out):
    ink = enlarge_digit(held_out.images[6]).repeat(factor, axis=0).repeat(factor, axis=1)
    reading = read(255 - ink)
    assert reading.text == str(held_out.labels[6])
    assert reading.size == ink.shape[::-1]
    assert np.abs(reading.boxes[0] - (0, 0, *ink.shape[::-1])).max() <= 0.06 * max(ink.shape)
    assert reading.stages.offset[0] < 0


@pytest.mark.parametrize("shape", [(1, 50_000), (50_000, 1), (20, 20_000), (3000, 4000)])
def test_sheet_of_a_tight_crop_is_not_large(shape):
    sheet, ink, margin = find_tight_crop_ink(to_rgb(np.full(shape, 200, np.uint8)))
    assert max(sheet.shape) <= 2001
    assert max(ink.map.shape) == MAX_SIDE_PIXELS
    assert abs(ink.scale * (max(shape) + 2 * margin) - max(ink.map.shape)) <= 1


def test_digit_in_a_tight_region_keeps_its_place(held_out):
    ink = enlarge_digit(held_out.images[6])
    page = cv2.copyMakeBorder(255 - ink, 50, 90, 300, 40, cv2.BORDER_CONSTANT, value=255)
    tall, wide = ink.shape
    reading = read(page, hints=Hints(region=(300, 50, 300 + wide, 50 + tall)))
    assert reading.text == str(held_out.labels[6])
    assert np.abs(reading.boxes[0] - (300, 50, 300 + wide, 50 + tall)).max() <= 0.06 * max(ink.shape)
    left, top = reading.stages.offset
    assert left < 300
    assert top < 50
    assert (reading.stages.image[50 - top : 50 - top + tall, 300 - left : 300 - left + wide, 0] == 255 - ink).all()


def test_few_pixels_without_ink_hold_no_digits():
    for gray in (0, 128, 255):
        reading = read(np.full((16, 16), gray, np.uint8))
        assert (len(reading), len(reading.refused), reading.size) == (0, 0, (16, 16))
        assert not find_tight_crop_ink(to_rgb(np.full((16, 16), gray, np.uint8)))[1].map.any()
    with pytest.raises(ImageError):
        measure_contrast(np.full((5, 5), 7, np.uint8), dark_on_light=True)


def test_polarity_hint_is_followed_for_few_pixels(held_out):
    digit = 255 - fit_to_box(trim(held_out.images[0]), 20)
    assert read(digit, hints=Hints(dark_on_light=True)).text == str(held_out.labels[0])
    assert read(digit, hints=Hints(dark_on_light=False)).text != str(held_out.labels[0])


def test_table_edge_is_not_a_tight_crop():
    paper = np.full((300, 400), 200, np.uint8)
    paper[:, 300:] = 60
    assert read(cv2.GaussianBlur(paper, (5, 5), 0)).text == ""


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 2), (64, 64), (3, 64)])
def test_any_picture_of_few_pixels_is_read(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert read(picture).size == shape[::-1]


def test_picture_that_looks_like_one_line_is_read(mnist):
    assert len(read(trim(mnist[1].images[1442]))) <= 1
