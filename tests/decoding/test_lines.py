import numpy as np
import pytest

from digitnet.decoding.ctc import score_texts
from digitnet.decoding.line_parts import score_groups, score_numbers, slice_digits
from digitnet.decoding.lines import recognize_lines
from digitnet.preprocessing.binarization import find_ink
from digitnet.segmentation.groups import InkGroups, group_components
from digitnet.segmentation.rows import estimate_row_heights


def find_lines(gray):
    ink = find_ink(np.repeat(gray[..., None], 3, axis=2))
    groups = group_components(ink.map, ink.pen_width)
    heights = estimate_row_heights(groups.boxes, groups.row)
    return groups, heights, recognize_lines(groups, heights, ink.signal)


def test_groups_of_a_row_are_one_line(write_line):
    groups, _, lines = find_lines(write_line("2047"))
    assert len(lines) == 1
    assert lines[0].members.tolist() == [0, 1, 2, 3]
    assert len(groups.boxes) == 4


def test_wide_gap_and_new_row_begin_a_line(write_line):
    gray = np.vstack([np.hstack([write_line("20"), np.full((116, 200), 210, np.uint8), write_line("47")])] * 2)
    _, _, lines = find_lines(gray)
    assert [line.members.tolist() for line in lines] == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_each_group_is_likeliest_its_own_digit(write_line):
    groups, heights, lines = find_lines(write_line("2047"))
    assert score_groups(lines, groups, heights).argmax(axis=1).tolist() == [2, 0, 4, 7]


def test_other_rows_do_not_disturb_a_line(write_line):
    row = write_line("2047", margin=12)
    _, _, lines = find_lines(np.pad(np.vstack([row] * 3), 20, constant_values=210))
    assert len(lines) == 3
    assert all(score_texts(line.digit_columns, [(2, 0, 4, 7)])[0] > np.log(0.3) for line in lines)


@pytest.mark.parametrize("slope", [-0.2, 0.2])
def test_sloping_line_is_leveled(write_line, slope):
    import cv2

    gray = write_line("20472047", margin=90)
    matrix = np.array([[1.0, 0, 0], [slope, 1, -slope * gray.shape[1] / 2]])
    sloping = cv2.warpAffine(gray, matrix, gray.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    _, _, lines = find_lines(sloping)
    assert len(lines) == 1
    assert lines[0].slope == pytest.approx(slope, abs=0.07)


def test_number_is_likelier_than_a_wrong_one(write_line):
    groups, _, lines = find_lines(write_line("2047"))
    number, line = np.zeros(4, np.int32), np.zeros(4, np.int32)
    right, wrong = (
        score_numbers(lines, line, groups.boxes, number, np.array(labels)) for labels in ([2, 0, 4, 7], [2, 0, 4, 1])
    )
    assert (right == right[0]).all()
    assert right[0] > 0.3 > 0.1 > wrong[0]


def test_half_a_digit_is_none_in_its_line(write_line):
    groups, heights, lines = find_lines(write_line("2887"))
    part = slice_digits(lines[0], 0, 3, groups, float(heights[0]))
    whole = groups.boxes[1]
    middle = int(whole[::2].mean())
    boxes = np.array([whole, [*groups.boxes[1][:2], *groups.boxes[2][2:]], [middle, *whole[1:]]], np.int32)
    probabilities = part.score_candidates(boxes)
    assert probabilities.shape == (3, 11)
    assert probabilities[0].argmax() == 8
    assert probabilities[1].argmax() == 10
    assert probabilities[2, 8] < probabilities[0, 8]


def test_frame_does_not_disturb_a_line(paper):
    gray = (
        paper().stroke([(150, 80), (150, 180)]).stroke([(120, 50), (180, 50), (180, 210), (120, 210), (120, 50)]).gray()
    )
    groups, _, (line,) = find_lines(gray)
    assert len(groups.frames) == 1
    assert score_texts(line.digit_columns, [(1,)])[0] > np.log(0.5)


def test_ink_far_above_its_line_is_left_out_of_the_strip():
    boxes = np.array([[20, 100, 60, 160], [80, 100, 120, 160], [140, 60, 150, 70], [160, 100, 200, 160]], np.int32)
    other = np.array([[30, 90, 190, 95]], np.int32)  # Of another row, within the strip.
    crops = [np.full((y1 - y0, x1 - x0), 255, np.uint8) for x0, y0, x1, y1 in np.concatenate([boxes, other]).tolist()]
    groups = InkGroups(
        np.concatenate([boxes, other]), np.array([0, 0, 0, 0, 1], np.int32), crops, np.full(5, -1, np.int32), 6.0
    )
    lines = recognize_lines(groups, np.full(5, 60.0), np.full((300, 240), 210, np.uint8))
    assert [line.members.tolist() for line in lines] == [[0, 1, 2, 3], [4]]
