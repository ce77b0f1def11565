import cv2
import numpy as np
import pytest

from digitnet.reading.pipeline import read
from digitnet.segmentation.groups import group_components
from digitnet.segmentation.merging import find_bar_pairs, find_stroke_pairs, merge_single_digit


def draw_rings(picture, x, *, gap=6, top=100):
    """Draw an 8 of two rings, the upper one a little narrower, `gap` pixels apart."""
    cv2.ellipse(picture, (x, top + 35), (30, 30), 0, 0, 360, 0, 9, cv2.LINE_AA)
    cv2.ellipse(picture, (x - 4, top + 35 + 30 + 34 + 9 + gap), (36, 34), 0, 0, 360, 0, 9, cv2.LINE_AA)


@pytest.fixture
def white():
    return np.full((400, 700), 255, np.uint8)


@pytest.mark.parametrize("gap", [0, 6, 8])
def test_two_rings_are_an_8(cnn, white, gap):
    draw_rings(white, 300, gap=gap)
    reading = read(white, cnn)
    assert reading.rows == ["8"]
    assert len(reading.boxes) == 1


def test_two_rings_beside_others_are_an_8(cnn, white):
    for x in (200, 420):
        draw_rings(white, x)
    assert read(white, cnn).rows == ["88"]
    cv2.line(white, (560, 105), (550, 245), 0, 9, cv2.LINE_AA)
    assert read(white, cnn).rows == ["881"]


STROKES = {
    "4 that does not meet": (4, [[(90, 0), (80, 40), (85, 100), (100, 120), (130, 122)], [(195, 50), (150, 190)]]),
    "5 with a floating bar": (5, [[(0, 85), (60, 35), (185, 0)], [(70, 70), (130, 125), (115, 180), (70, 188)]]),
}


@pytest.mark.parametrize("pen", [7, 9])
@pytest.mark.parametrize("digit", STROKES)
def test_digit_of_two_strokes_that_do_not_meet_is_one_digit(cnn, white, digit, pen):
    label, strokes = STROKES[digit]
    for stroke in strokes:
        cv2.polylines(white, [np.array(stroke, np.int32) + 100], False, 0, pen, cv2.LINE_AA)
    assert group_components(255 - white, float(pen)).boxes.shape == (2, 4)
    reading = read(white, cnn)
    assert reading.rows == [str(label)]
    assert len(reading.boxes) == 1


BARE_5 = [(55, 56), (48, 100), (95, 92), (122, 124), (112, 170), (70, 192), (22, 178)]


def write_barred_5(white, gap, pen):
    """Write a 5 whose bar floats `gap` pixels over it."""
    cv2.polylines(white, [np.array(BARE_5, np.int32) + 100], False, 0, pen, cv2.LINE_AA)
    cv2.line(white, (155, 156 - gap - pen), (235, 150 - gap - pen), 0, pen, cv2.LINE_AA)


@pytest.mark.parametrize("pen", [8, 11])
def test_bar_that_floats_over_a_5_belongs_to_it(cnn, white, pen):
    write_barred_5(white, 34, pen)
    reading = read(white, cnn)
    assert reading.rows == ["5"]
    assert reading.boxes[0, 1] < 156 - 34
    segment = merge_single_digit(group_components(255 - white, float(pen)))
    assert segment is not None
    assert segment.box.tolist() == pytest.approx(reading.boxes[0].tolist(), abs=3)


@pytest.mark.parametrize("pen", [8, 11])
def test_5_is_read_under_a_bar_that_floats_high(cnn, white, pen):
    write_barred_5(white, 44, pen)
    assert read(white, cnn).rows == ["5"]


def test_only_dash_right_over_a_digit_shape_is_its_bar():
    def find_pairs(dashes, groups):
        return find_bar_pairs(np.array(dashes, np.int32).reshape(-1, 4), np.array(groups, np.int32))

    group, dash = [100, 100, 160, 180], [110, 60, 170, 70]
    assert find_pairs([dash], [group]) == [(0, 0)]
    assert find_pairs([], [group]) == []
    assert find_pairs([[110, 20, 170, 30]], [group]) == []  # Too far above.
    assert find_pairs([[110, 190, 170, 200]], [group]) == []  # Below.
    assert find_pairs([[150, 60, 210, 70]], [group]) == []  # At its side.
    assert find_pairs([[20, 60, 240, 70]], [group]) == []  # A line across the page.
    assert find_pairs([dash, [110, 80, 170, 90]], [group]) == []  # One of two.
    assert find_pairs([dash], [group, [200, 100, 240, 170]]) == []  # All are as tall without it.
    assert find_pairs([dash], [group, [200, 60, 240, 180]]) == [(0, 0)]


@pytest.mark.parametrize("label", range(10))
def test_line_over_a_digit_read_surely_does_not_change_it(mnist, cnn, label):
    page = np.zeros((200, 200), np.uint8)
    index = np.flatnonzero(mnist[1].labels == label)[3]
    page[60:172, 40:152] = cv2.resize(mnist[1].images[index], (112, 112), interpolation=cv2.INTER_CUBIC)
    cv2.line(page, (60, 38), (140, 38), 255, 9, cv2.LINE_AA)
    reading = read(255 - page, cnn)
    assert reading.rows == [str(label)]
    assert reading.boxes[0, 1] > 60


def test_rings_of_two_rows_stay_apart(cnn, white):
    for x in (150, 300, 450):
        for y in (110, 290):
            cv2.ellipse(white, (x, y), (45, 60), 0, 0, 360, 0, 9, cv2.LINE_AA)
    assert read(white, cnn).rows == ["000", "000"]


def test_stacked_digits_that_form_no_digit_stay_apart(mnist, cnn):
    digits = {label: mnist[1].images[mnist[1].labels == label][1] for label in (4, 7)}
    tall = np.vstack([picture[4:24] for picture in digits.values()])
    page = 255 - cv2.resize(np.pad(tall, 20), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    assert "".join(read(page, cnn).rows) == "47"


def test_only_touching_boxes_of_a_digit_shape_are_paired():
    upper, lower = [100, 100, 160, 160], [98, 163, 162, 230]
    assert find_stroke_pairs(np.array([upper, lower], np.int32)) == [(0, 1)]
    assert find_stroke_pairs(np.array([lower, upper], np.int32)) == [(1, 0)]
    assert find_stroke_pairs(np.array([upper, [98, 190, 162, 250]], np.int32)) == []  # Too far below.
    assert find_stroke_pairs(np.array([upper, [150, 163, 214, 230]], np.int32)) == []  # Beside.
    assert find_stroke_pairs(np.array([upper, lower, [300, 100, 340, 165]], np.int32)) == []  # As tall as a digit each.
    assert find_stroke_pairs(np.array([upper, lower, [300, 100, 340, 225]], np.int32)) == [(0, 1)]
    assert find_stroke_pairs(np.array([upper, lower, [99, 233, 161, 300]], np.int32)) == []  # A column of three.
    assert find_stroke_pairs(np.empty((0, 4), np.int32)) == []


def test_only_touching_boxes_that_step_down_interlock():
    angle, stem = [100, 100, 180, 190], [175, 145, 205, 240]
    assert find_stroke_pairs(np.array([angle, stem], np.int32)) == [(0, 1)]
    assert find_stroke_pairs(np.array([stem, angle], np.int32)) == [(1, 0)]
    assert find_stroke_pairs(np.array([angle, [175, 100, 205, 240]], np.int32)) == []  # Begins as high.
    assert find_stroke_pairs(np.array([angle, [175, 145, 205, 200]], np.int32)) == []  # Ends about as low.
    assert find_stroke_pairs(np.array([angle, [195, 145, 225, 240]], np.int32)) == []  # Too far apart.
    assert find_stroke_pairs(np.array([[100, 145, 180, 240], [175, 100, 205, 190]], np.int32)) == []  # Steps up.
