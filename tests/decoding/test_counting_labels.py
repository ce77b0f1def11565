"""Labels that count up from row to row are read as these figures; others stay as they were read."""

import numpy as np
import pytest

from benchmarks.page_composition import make_page
from benchmarks.scoring import remove_spaces
from digitnet.decoding.counting_labels import correct_counting_labels
from digitnet.decoding.decoded_digits import DecodedDigit, sort_digits
from digitnet.reading.pipeline import read
from tests.helpers.lines import make_ink, make_line


def decode_rows(read_as, lines):
    """Return digits of rows: a label at the left, paper, and a number, "5 204"."""
    digits = []
    for row, text in enumerate(read_as):
        for place, character in enumerate(text):
            if character != " ":
                probabilities = np.full(11, 0.01, np.float32)
                probabilities[int(character)] = 0.9
                x, y = 15 + 30 * place, 60 * row
                box = np.array([x, y + 5, x + 20, y + 35], np.int32)
                digits.append(DecodedDigit(row, row, box, np.zeros((28, 28), np.uint8), probabilities))
    return sort_digits(digits, [], lines)


def join_rows(digits):
    return ["".join(map(str, digits.labels[digits.row == row])) for row in np.unique(digits.row)]


def correct(read_as, seen):
    return join_rows(
        correct_counting_labels(decode_rows(read_as, [make_line(text, step=7.5) for text in seen]), make_ink())
    )


def test_bracket_behind_a_figure_that_counts_up_is_no_digit():
    assert correct(["1 204", "21 35", "3 70"], ["1)204", "2)35", "3)70"]) == ["1204", "235", "370"]


def test_figures_that_do_not_count_up_stay():
    assert correct(["7 204", "21 35", "4 70"], ["7)204", "2)35", "4)70"]) == ["7204", "2135", "470"]


def test_figure_that_the_line_does_not_show_stays():
    assert correct(["1 204", "2 35", "3 70", "9 55"], ["1)204", "2)35", "3)70", "9)55"])[3] == "955"


def test_signs_and_zeros_before_the_first_figure_do_not_count():
    assert correct(["0 204", "0 35", "0 70"], ["0)204", "0)35", "0)70"]) == ["0204", "035", "070"]


@pytest.mark.parametrize("seed", [11, 14])
def test_list_with_brackets_is_read_with_its_figures(seed):
    page = make_page("list", seed)
    first = [row[0] for row in remove_spaces(read(page.image).rows)]
    assert first == [row[0] for row in page.rows]


@pytest.mark.parametrize("seed", [0, 24])
def test_letters_before_a_list_are_no_digits(seed):
    page = make_page("list", seed)
    assert remove_spaces(read(page.image).rows) == page.rows
