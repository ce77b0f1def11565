import cv2
import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink
from digitnet.segmentation.components import group_components


def rgb(gray):
    return np.repeat(gray[..., None], 3, axis=2)


def agreement(ink, truth):
    """Intersection over union of the ink found and the ink written."""
    found, written = ink.map > 127, truth > 0.5
    return (found & written).sum() / (found | written).sum()


def gradient(page, low=0.4):
    return np.linspace(low, 1, page.ink.shape[1], dtype=np.float32)[None, :]


def shadow(page):
    light = np.ones(page.ink.shape, np.float32)
    light[:, : page.ink.shape[1] // 2] = 0.5
    return cv2.GaussianBlur(light, (0, 0), 8)


@pytest.mark.parametrize("light", [lambda page: 1.0, gradient, shadow], ids=["even", "gradient", "shadow"])
def test_ink_is_found_whatever_the_light(paper, light):
    page = paper().number("20475")
    ink = find_ink(rgb(page.gray(light=light(page))))
    assert ink.dark_on_light
    assert agreement(ink, page.ink) > 0.75


def test_chalk_on_a_dark_board_is_found(paper):
    page = paper(ground=50).number("20475")
    ink = find_ink(rgb(page.gray(ink=220)))
    assert not ink.dark_on_light
    assert agreement(ink, page.ink) > 0.75


def test_inversion_changes_nothing(paper):
    gray = paper().number("20475").gray()
    dark, light = find_ink(rgb(gray)), find_ink(rgb(255 - gray))
    assert dark.dark_on_light != light.dark_on_light
    assert ((dark.map > 127) ^ (light.map > 127)).sum() < 0.1 * (dark.map > 127).sum()


def test_faint_pencil_beside_a_marker_is_found(paper):
    page = paper(height=320).number("12345", y=20)
    faint = paper(height=320).number("67890", y=170)
    both = np.minimum(page.gray(), faint.gray(ink=140))
    assert agreement(find_ink(rgb(both)), np.maximum(page.ink, faint.ink)) > 0.7


@pytest.mark.parametrize("pen", [20, 40, 60])
def test_thick_digit_that_fills_the_picture_is_not_hollow(paper, pen):
    page = paper(height=300, width=220).stroke([(40, 40), (180, 40), (90, 260)], pen=pen)
    ink = find_ink(rgb(page.gray()))
    assert agreement(ink, page.ink) > 0.85
    assert ink.pen_width == pytest.approx(pen, rel=0.25)


@pytest.mark.parametrize("level", [0, 17, 128, 255])
@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0, 15.0])
def test_blank_paper_has_no_digits(paper, level, noise):
    ink = find_ink(rgb(paper(ground=level).gray(noise=noise)))
    assert group_components(ink.map, ink.pen_width).crops == []


@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0])
def test_soft_shadow_on_blank_paper_is_no_digit(paper, noise):
    page = paper()
    ink = find_ink(rgb(page.gray(light=shadow(page), noise=noise)))
    assert group_components(ink.map, ink.pen_width).crops == []


def squared(page, step=40):
    gray = page.gray()
    for x in range(20, gray.shape[1], step):
        cv2.line(gray, (x, 0), (x + 5, gray.shape[0]), 180, 2, cv2.LINE_AA)
    for y in range(20, gray.shape[0], step):
        cv2.line(gray, (0, y), (gray.shape[1], y - 5), 180, 2, cv2.LINE_AA)
    return np.minimum(gray, page.gray())


def test_squares_of_the_paper_are_taken_out_and_strokes_left_whole(paper):
    page = paper(height=600).number("20475", y=60).number("38916", y=300)
    ink = find_ink(rgb(squared(page)))
    assert agreement(ink, page.ink) > 0.7
    assert (ink.map[(page.ink > 0.9)] > 127).mean() > 0.93


def test_ruled_lines_are_taken_out(paper):
    page = paper(height=600).number("20475", y=60).number("38916", y=300)
    gray = page.gray()
    for y in range(30, 600, 60):
        gray[y : y + 3] = np.minimum(gray[y : y + 3], 170)
    assert agreement(find_ink(rgb(gray)), page.ink) > 0.7


def test_thick_pen_on_narrow_squares_is_not_hollow(paper):
    page = paper(height=600).number("20475", y=60).number("38916", y=300)
    ink = find_ink(rgb(squared(page, step=24)))
    assert (ink.map[(page.ink > 0.9)] > 127).mean() > 0.9
    assert ink.pen_width > 6


def test_printed_line_that_digits_hide_is_taken_out(paper):
    page = paper(height=600, width=900).number("888888", x=60, y=80).number("38916", y=300)
    gray = page.gray()
    for y in (60, 140, 220, 300, 380, 460, 540):
        gray[y : y + 3] = np.minimum(gray[y : y + 3], 170)
    ink = find_ink(rgb(gray))
    assert group_components(ink.map, ink.pen_width).row.tolist() == [0] * 6 + [1] * 5


@pytest.mark.parametrize("table", [40, 90])
def test_dark_table_beside_the_paper_is_neither_ground_nor_pen(paper, table):
    page = paper(height=500).number("20475", y=150)
    gray = page.gray()
    gray[:, :25] = gray[:, -35:] = gray[-60:] = table
    ink = find_ink(rgb(gray))
    assert ink.dark_on_light
    assert len(group_components(ink.map, ink.pen_width).crops) == 5


def test_three_tall_ones_are_no_ruled_paper(paper):
    page = paper(height=300, width=300)
    for x in (80, 150, 220):
        page.stroke([(x, 30), (x, 270)], pen=10)
    assert agreement(find_ink(rgb(page.gray())), page.ink) > 0.85


def test_large_pictures_are_worked_on_smaller(paper):
    page = paper(height=2500, width=3000).number("2047", size=500)
    ink = find_ink(rgb(page.gray()))
    assert max(ink.map.shape) == 2000
    assert ink.scale == pytest.approx(2 / 3)
