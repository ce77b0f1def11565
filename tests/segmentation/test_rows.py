import numpy as np
import pytest

from digitnet.segmentation.groups import group_components
from digitnet.segmentation.rows import estimate_row_heights, find_numbers, find_raised, find_rows, keep_apart
from tests.helpers.ink import make_bar

PEN_WIDTH = 8


def test_digits_of_a_row_are_read_from_left_to_right(ink):
    picture = ink(make_bar(250), make_bar(50), make_bar(150), shape=(300, 400))
    assert (np.diff(group_components(picture, PEN_WIDTH).boxes[:, 0]) > 0).all()


def test_rows_are_read_from_top_to_bottom(ink):
    bars = [make_bar(50, 150), make_bar(300, 20), make_bar(150, 20), make_bar(200, 155)]
    groups = group_components(ink(*bars, shape=(300, 400)), PEN_WIDTH)
    assert groups.row.tolist() == [0, 0, 1, 1]
    assert groups.boxes[:, 0].tolist() == sorted(groups.boxes[:2, 0]) + sorted(groups.boxes[2:, 0])


@pytest.mark.parametrize("slope", [-0.25, -0.1, 0.1, 0.25])
def test_slanted_rows_stay_whole(ink, slope):
    bars = [
        make_bar(40 + 60 * place, round(150 + row * 130 + slope * 60 * place), 70)
        for row in range(2)
        for place in range(6)
    ]
    groups = group_components(ink(*bars, shape=(500, 400)), PEN_WIDTH)
    assert groups.row.tolist() == [0] * 6 + [1] * 6


@pytest.mark.parametrize("fall", [-0.08, 0.08])
def test_lone_number_of_a_tilted_table_stays_below_the_row_above_it(fall):
    places = [(x, y) for y in (0, 60, 180) for x in range(0, 1600, 90)] + [(0, 120), (1530, 240)]
    left, top = np.array([(x, 200 + y + fall * x) for x, y in places]).round().astype(np.int32).T
    boxes = np.stack([left, top, left + 24, top + 32], axis=1)
    row, order = find_rows(boxes)
    assert row.tolist() == [place[1] // 60 for place in places]
    assert (np.diff(row[order]) >= 0).all()


EXPONENTS = np.array(
    [[0, 100, 40, 180], [46, 80, 70, 115], [72, 82, 90, 116], [130, 105, 170, 182], [190, 100, 230, 180]], np.int32
)


def test_raised_digits_belong_to_the_row_that_they_stand_on():
    row, order = find_rows(EXPONENTS)
    assert row.tolist() == [0] * 5
    assert order.tolist() == [0, 1, 2, 3, 4]
    assert find_raised(EXPONENTS).tolist() == [False, True, True, False, False]
    assert estimate_row_heights(EXPONENTS, row) == pytest.approx([80, 35, 34, 80, 80], abs=1)


def test_digit_after_a_tall_exponent_is_on_the_line():
    boxes = np.array([[0, 60, 70, 160], [75, 30, 130, 95], [200, 90, 260, 180]], np.int32)
    assert find_rows(boxes)[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("second", [[45, 20, 85, 100], [45, 30, 65, 65], [120, 80, 140, 115], [45, 110, 65, 145]])
def test_digit_that_is_tall_clear_far_or_low_is_not_raised(second):
    assert not find_raised(np.array([[0, 100, 40, 180], second], np.int32)).any()


def test_no_boxes_have_no_rows():
    row, order = find_rows(np.empty((0, 4), np.int32))
    assert row.shape == (0,)
    assert order.shape == (0,)


def test_row_of_three_has_its_own_height_and_single_box_not():
    boxes = np.array([[0, 0, 20, 40], [30, 0, 50, 40], [60, 0, 80, 42], [0, 100, 20, 200]], np.int32)
    heights = estimate_row_heights(boxes, np.array([0, 0, 0, 1], np.int32))
    assert heights == pytest.approx([40.4, 40.4, 40.4, 50])


def test_number_ends_at_a_gap_wider_than_a_digit():
    boxes = np.array([[x, 0, x + 30, 40] for x in (0, 40, 80, 200, 240)], np.int32)
    assert find_numbers(boxes, np.zeros(5, np.int32)).tolist() == [0, 0, 0, 1, 1]
    assert find_numbers(boxes, np.array([0, 0, 1, 1, 1], np.int32)).tolist() == [0, 0, 1, 2, 2]


def make_row(text, narrow, wide, width=24):
    """Return the boxes of digits 40 pixels tall with gaps in digit heights, a wide one for each space."""
    boxes, x = [], 0.0
    for character in text:
        own = 5 if character == "1" else width
        if character == " ":
            x += 40 * (wide - narrow)
        else:
            boxes.append([round(x), 0, round(x) + own, 40])
            x += own + 40 * narrow
    return np.array(boxes, np.int32)


@pytest.mark.parametrize(
    ("text", "narrow", "wide", "count"),
    [
        ("27 7 45", 0.2, 0.8, 3),
        ("12 7 45", 0.15, 0.75, 3),
        ("27 7 45", 0.25, 0.6, 1),
        ("27 7 45", 0.35, 1.05, 1),
        ("2 7 4 5", 0.2, 0.8, 1),
        ("27 4", 0.2, 0.8, 1),
        ("27 7 45", -0.3, 0.8, 1),
        ("2 250", 0.2, 0.8, 1),
        ("27 250 000", 0.2, 0.8, 1),
    ],
    ids=[
        "clear",
        "with a 1",
        "narrow",
        "spread",
        "no narrow gap",
        "loose digit",
        "overlapping",
        "thousands",
        "millions",
    ],
)
def test_clearly_wider_gaps_part_numbers_of_a_row(text, narrow, wide, count):
    boxes = make_row(text, narrow, wide)
    assert find_numbers(boxes, np.zeros(len(boxes), np.int32))[-1] + 1 == count


def test_gap_between_two_ones_of_even_steps_parts_no_number():
    boxes = np.array([[x, 0, x + width, 40] for x, width in ((0, 26), (43, 4), (75, 4), (96, 26), (128, 26))], np.int32)
    assert not find_numbers(boxes, np.zeros(5, np.int32)).any()


@pytest.mark.parametrize("place", [0, 4])
def test_gaps_of_a_row_with_a_sign_have_to_be_wide(place):
    boxes = make_row("27 74 50", 0.2, 0.8)
    left = int(boxes[place, 0])
    sign = np.array([[left - 4, 36, left, 40]], np.int32)
    nothing = np.zeros(len(boxes), np.int32)
    assert find_numbers(boxes, nothing)[-1] == 2
    assert not find_numbers(boxes, nothing, sign, np.array([place], np.int32)).any()


@pytest.mark.parametrize(
    ("known", "expected"),
    [([0, 0, 1, 1], [0, 0, 1, 1]), ([0, -1, 1, 1], [0, 0, 1, 1]), ([0, 0, 0, 0], [0, 0, 0, 0])],
)
def test_new_digit_joins_the_nearer_of_two_known_numbers(known, expected):
    boxes = np.array([[left, 0, left + 20, 30] for left in (0, 25, 60, 85)], np.int32)
    nothing = np.zeros(4, np.int32)
    assert keep_apart(nothing, boxes, nothing, np.array(known, np.int32)).tolist() == expected
