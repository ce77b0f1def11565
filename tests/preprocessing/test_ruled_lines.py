import cv2
import numpy as np
import pytest

from benchmarks.page_composition import make_page
from digitnet.preprocessing.binarization import find_ink
from digitnet.preprocessing.ruled_lines import find_ruled_lines
from digitnet.segmentation.groups import group_components
from tests.helpers.ink import measure_agreement, rule, rule_squares, to_rgb


@pytest.fixture
def two_rows(paper):
    """Return a page with two numbers, one below the other."""
    return paper(height=600).number("20475", y=60).number("38916", y=300)


def test_paper_without_lines_keeps_all_ink(paper):
    assert not find_ink(to_rgb(paper().number("20475").gray())).lines_removed


def test_lines_of_ruled_paper_are_reported_as_removed(two_rows):
    assert find_ink(to_rgb(rule(two_rows, range(30, 600, 60)))).lines_removed


def test_ruled_lines_are_erased(two_rows):
    assert measure_agreement(find_ink(to_rgb(rule(two_rows, range(30, 600, 60)))), two_rows.ink) > 0.7


def test_printed_squares_are_erased_and_strokes_stay_whole(two_rows):
    ink = find_ink(to_rgb(rule_squares(two_rows)))
    assert measure_agreement(ink, two_rows.ink) > 0.7
    assert (ink.map[(two_rows.ink > 0.9)] > 127).mean() > 0.93


def test_thick_pen_on_narrow_squares_is_not_hollow(two_rows):
    ink = find_ink(to_rgb(rule_squares(two_rows, step=24)))
    assert (ink.map[(two_rows.ink > 0.9)] > 127).mean() > 0.9
    assert ink.pen_width > 6


def test_printed_line_that_digits_hide_is_erased(paper):
    page = paper(height=600, width=900).number("888888", x=60, y=80).number("38916", y=300)
    ink = find_ink(to_rgb(rule(page, [60, 140, 220, 300, 380, 460, 540])))
    assert group_components(ink.map, ink.pen_width).row.tolist() == [0] * 6 + [1] * 5


def test_rows_of_small_writing_are_not_printed_lines():
    mask = np.zeros((1400, 1000), np.uint8)
    mask[[row + line for line in range(40, 1360, 40) for row in range(9)]] = 255
    assert find_ruled_lines(mask, mask) is not None
    mask[:, np.arange(1000) % 9 > 4] = 0  # Upright strokes, 5 pixels wide and 4 apart.
    assert find_ruled_lines(mask, mask) is None


def test_strokes_of_neighboring_digits_are_no_line():
    mask = np.zeros((50, 160), np.uint8)
    for row in (10, 24, 38):
        mask[row : row + 3] = 255
    assert find_ruled_lines(mask, mask) is not None
    mask[:, 44:66] = mask[:, 100:116] = 0
    assert find_ruled_lines(mask, mask) is None


def test_many_dashed_lines_are_printed():
    mask = np.zeros((1400, 1000), np.uint8)
    for row in range(60, 1380, 60):
        mask[row : row + 3] = 255
    mask[:, np.arange(1000) % 20 >= 17] = 0
    assert find_ruled_lines(mask, mask) is not None


def test_many_lines_are_printed_where_the_sheet_ends_within_a_small_picture():
    mask = np.zeros((580, 560), np.uint8)
    for row in range(40, 560, 50):
        mask[row : row + 3, :450] = 255
    assert find_ruled_lines(mask, mask) is not None


def test_bars_of_a_digit_on_a_small_picture_are_no_lines():
    mask = np.zeros((50, 160), np.uint8)
    for row in (10, 24, 38):
        mask[row : row + 3, 3:120] = 255
    assert find_ruled_lines(mask, mask) is None


def test_three_tall_ones_are_not_ruled_lines(paper):
    page = paper(height=300, width=300)
    for x in (80, 150, 220):
        page.stroke([(x, 30), (x, 270)], pen=10)
    assert measure_agreement(find_ink(to_rgb(page.gray())), page.ink) > 0.85


def test_single_line_is_erased_only_with_a_hint(paper):
    page = paper(height=400).number("20475", y=60)
    gray = rule(page, [250], level=60)
    assert (find_ink(to_rgb(gray)).map[250:253] > 127).mean() > 0.9
    hinted = find_ink(to_rgb(gray), lines=True)
    assert hinted.lines_removed
    assert (hinted.map[250:253] > 127).mean() < 0.1


def test_lines_stay_if_a_hint_denies_them(two_rows):
    ink = find_ink(to_rgb(rule(two_rows, range(30, 600, 60), level=60)), lines=False)
    assert not ink.lines_removed
    assert (ink.map[90:93] > 127).mean() > 0.9


def test_margin_line_beside_ruled_lines_is_erased(paper):
    page = paper(height=600, width=900).number("20475", x=100, y=60).number("38916", x=100, y=300)
    gray = rule(page, range(30, 600, 60))
    cv2.line(gray, (40, 0), (44, 600), 170, 3, cv2.LINE_AA)
    assert (find_ink(to_rgb(gray)).map[:, 36:49] > 127).sum() < 60


def test_lines_of_ruled_paper_on_a_table_are_erased(paper):
    page = paper(height=600, width=900).number("20475", x=120, y=60).number("38916", x=120, y=300)
    gray = rule(page, range(30, 600, 60))
    gray[:, :60] = gray[:, -60:] = 50
    ink = find_ink(to_rgb(gray))
    assert ink.lines_removed
    near = cv2.dilate((page.ink > 0.1).astype(np.uint8), np.ones((15, 15), np.uint8))[:, 80:-80]
    assert (ink.map[:, 80:-80][near == 0] > 0).mean() < 0.002


def test_darker_places_of_squares_are_no_strokes():
    page = make_page("dark grid", 110)
    away = cv2.erode(page.ink, np.ones((15, 15), np.uint8)) > 128
    assert (find_ink(page.image).map[away] > 127).mean() < 0.01
