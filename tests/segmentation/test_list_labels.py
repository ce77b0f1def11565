"""The labels of a list stand below each other at the left, apart from the numbers behind them."""

import numpy as np

from digitnet.segmentation.list_labels import find_labels


def set_rows(*rows):
    """Set rows of boxes 20 px wide and 40 px tall, 24 px apart: "d" a digit, "x" other ink, " " paper."""
    digits, row, others = [], [], []
    for place, text in enumerate(rows):
        for column, kind in enumerate(text):
            box = (10 + 24 * column, 20 + 60 * place, 30 + 24 * column, 60 + 60 * place)
            if kind == "d":
                digits.append(box)
                row.append(place)
            elif kind == "x":
                others.append(box)
    return np.array(digits), np.array(row, np.int32), np.array(others, np.int32).reshape(-1, 4)


def test_ink_before_a_gap_in_each_row_is_a_label():
    labels = find_labels(*set_rows("dx  ddd", "x   dd", "dd  dddd"))
    assert [len(label.digits) for label in labels] == [1, 0, 2]
    assert [len(label.number) for label in labels] == [3, 2, 4]
    assert [label.has_letter for label in labels] == [True, True, False]


def test_row_without_a_label_is_left_out():
    assert [label.row for label in find_labels(*set_rows("d   dd", "ddddd", "d   dd", "d   dd"))] == [0, 2, 3]


def test_two_rows_are_no_list():
    assert find_labels(*set_rows("d   dd", "d   dd")) == []


def test_long_numbers_before_a_gap_are_no_labels():
    assert find_labels(*set_rows("ddddd   dd", "ddddd   dd", "ddddd   dd")) == []


def test_ink_that_does_not_stand_below_each_other_is_no_label():
    assert find_labels(*set_rows("d   dd", "     d   dd", "          d   dd")) == []


def test_no_digits_have_no_labels():
    assert find_labels(np.empty((0, 4), np.int32), np.empty(0, np.int32), np.empty((0, 4), np.int32)) == []
