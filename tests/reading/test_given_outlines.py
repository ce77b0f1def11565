"""Tests of outlines of sheets that hints give."""

import cv2
import numpy as np
import pytest

from digitnet import Hints, ImageError, read
from tests.helpers.laid_sheets import lay, make_ground

CORNERS = ((150, 90), (650, 130), (620, 420), (120, 400))


@pytest.fixture
def two_numbers(paper):
    """A picture without any ground: a number stands above another."""
    return paper(width=700, height=520).number("20475", y=40).number("165", y=300).gray()


@pytest.mark.parametrize("start", range(4))
@pytest.mark.parametrize("step", [1, -1])
def test_outline_is_read_straight_from_any_corner_on(paper, start, step):
    picture = make_ground(500, 800)
    lay(picture, paper().number("20475").gray(), CORNERS)
    corners = tuple(CORNERS[(start + step * place) % 4] for place in range(4))
    reading = read(picture, hints=Hints(outlines=(corners,)))
    assert reading.text == "20475"
    assert np.abs(reading.sheets[0].mean(axis=0) - np.mean(CORNERS, axis=0)).max() < 3


def test_only_given_sheets_are_read_in_order(two_numbers):
    upper, lower = ((0, 0), (700, 0), (700, 250), (0, 250)), ((0, 260), (700, 260), (700, 520), (0, 520))
    assert read(two_numbers, hints=Hints(outlines=(upper,))).text == "20475"
    assert read(two_numbers, hints=Hints(outlines=(lower,))).text == "165"
    assert read(two_numbers, hints=Hints(outlines=(lower, upper))).text == "20475\n165"
    assert read(two_numbers, hints=Hints(outlines=())).sheets == ()


@pytest.mark.parametrize("count", [1, 2])
def test_given_sheets_without_writing_hold_no_digits(two_numbers, count):
    empty = ((620, 0), (690, 0), (690, 30), (620, 30)), ((20, 240), (660, 240), (660, 280), (20, 280))
    reading = read(two_numbers, hints=Hints(outlines=empty[:count]))
    assert len(reading) == 0
    assert len(reading.sheets) == 1


@pytest.mark.parametrize(
    ("corners", "sentence"),
    [
        (CORNERS[:3], "four corners"),
        ((CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]), "enclose no sheet"),
        (((0, 0), (100, 0), (20, 20), (0, 100)), "enclose no sheet"),
        (((5, 5),) * 4, "enclose no sheet"),
        (((900, 900), (990, 900), (990, 990), (900, 990)), "beside the picture"),
    ],
    ids=["three", "crossing", "bulging inwards", "no area", "outside"],
)
def test_bad_outline_is_said_in_one_sentence(two_numbers, corners, sentence):
    with pytest.raises(ImageError, match=sentence):
        read(two_numbers, hints=Hints(outlines=(corners,)))


def test_outline_and_region_exclude_each_other():
    with pytest.raises(ImageError, match="both"):
        Hints(region=(0, 0, 90, 90), outlines=(CORNERS,))


def test_outline_may_reach_beyond_the_picture(two_numbers):
    beyond = ((-60, -40), (760, -40), (760, 250), (-60, 250))
    assert read(two_numbers, hints=Hints(outlines=(beyond,))).text == "20475"


def test_turned_outline_is_turned_upright(two_numbers):
    matrix = cv2.getRotationMatrix2D((350, 260), -12, 1.0)
    turned = cv2.warpAffine(two_numbers, matrix, (700, 520), borderValue=255)
    corners = cv2.transform(np.array([[[20, 20], [680, 20], [680, 250], [20, 250]]], np.float32), matrix)[0]
    outline = tuple((round(float(x)), round(float(y))) for x, y in corners)
    assert read(turned, hints=Hints(outlines=(outline,))).text == "20475"
