import numpy as np
import pytest

from benchmarks.page_composition import make_page
from digitnet.decoding.decoded_digits import DecodedDigit, DecodedDigits
from digitnet.decoding.line_correction import correct_by_line, find_better_texts
from digitnet.decoding.line_digits import cut_out_digit, locate_digits
from digitnet.decoding.line_signs import find_signs
from digitnet.decoding.lines import Line
from digitnet.decoding.picture_views import PictureViews
from digitnet.decoding.single_lines import correct_single_line
from digitnet.decoding.string_recognizer import BLANK
from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.pipeline import read
from digitnet.segmentation.boxes import have_middle_in
from tests.helpers.lines import make_ink, make_line


def make_digit(label, middle, row=0):
    probabilities = np.full(11, 0.01, np.float32)
    probabilities[label] = 0.9
    box = np.array([middle - 10, 5, middle + 10, 35], np.int32)
    return DecodedDigit(row, 0, box, np.zeros((28, 28), np.uint8), probabilities)


def test_line_that_agrees_changes_nothing():
    digits = [make_digit(4, 30), make_digit(7, 70)]
    assert correct_by_line(digits, [make_line("47")], 0, 0, make_ink()) == digits


def test_missing_digit_is_added_and_the_others_stay():
    known = [make_digit(4, 30), make_digit(7, 110)]
    digits = correct_by_line(known, [make_line("407")], 0, 0, make_ink())
    assert [digit.label for digit in digits] == [4, 0, 7]
    assert digits[0] is known[0]
    assert digits[2] is known[1]
    assert known[0].box[2] <= digits[1].box[[0, 2]].mean() <= known[1].box[0]


def test_word_takes_out_what_was_read_in_it():
    assert correct_by_line([make_digit(0, 30), make_digit(1, 60)], [make_line("W")], 0, 0, make_ink()) == []


def test_doubtful_line_is_not_believed():
    line = make_line("47")
    unsure = Line(line.members, np.full_like(line.columns, -np.log(BLANK + 1)), 0.0, 10.0, 0.0, 40.0)
    assert find_better_texts((4, 1), unsure) == []


def test_digits_lie_between_the_columns_of_their_neighbors():
    spans = locate_digits(make_line("407"), (4, 0, 7))
    assert (spans[1:, 0] >= spans[:-1, 1]).all()
    assert (spans[:, 0] < spans[:, 1]).all()


@pytest.mark.parametrize("span", [(-9.0, -8.0), (0.0, 2.0), (90.0, 95.0)])
def test_digit_outside_of_the_picture_has_a_box_inside(span):
    box = cut_out_digit(make_ink(100), make_line("47"), np.array(span)).box
    assert (box >= 0).all()
    assert (box[:2] < box[2:]).all()
    assert (box[2:] <= [100, 40]).all()


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("12.5", [(".", 2)]),
        ("-7", [("-", 0)]),
        ("3+4=7", [("+", 1), ("=", 2)]),
        ("W:26", []),
        ("W-26", [("-", 0)]),
        ("400.-", [(".", 3), ("-", 3)]),
        ("26,W5", [(",", 2)]),
    ],
)
def test_signs_stand_between_digits(text, signs):
    digits = tuple(int(symbol) for symbol in text if symbol.isdigit())
    found = find_signs(make_line(text), digits).found
    assert [(sign.label, sign.place) for sign in found] == signs
    assert all(sign.confidence > 0.9 for sign in found)


def test_digits_that_do_not_fit_have_no_signs():
    assert find_signs(make_line("4."), (1,) * 50).found == []


def test_amount_on_print_is_read_though_no_ink_was_found(write_line):
    gray = write_line("2047", margin=8)
    empty = DecodedDigits(
        np.empty((0, 4), np.int32),
        np.empty(0, np.int32),
        np.empty((0, 28, 28), np.uint8),
        np.empty((0, 11), np.float32),
        np.empty((0, 4), np.int32),
    )
    ink = find_ink(np.repeat(gray[..., None], 3, axis=2))
    digits = correct_single_line(empty, ink, PictureViews(ink.signal))
    assert digits.probabilities.argmax(axis=1).tolist() == [2, 0, 4, 7]
    assert (np.diff(digits.boxes[:, 0]) > 0).all()


def test_digit_that_a_line_drops_is_shown_as_refused(cnn):
    reading = read(make_page("circled", 7).image, cnn)  # The line of 5127, and a circle that a digit touches.
    places = np.concatenate([reading.boxes, reading.refused])
    assert have_middle_in(np.array([[316, 91, 378, 148]], np.int32), places).all()
