"""Pictures are read by what is expected of their numbers."""

import cv2
import numpy as np
import pytest

from digitnet.expectations.expect import Expect
from digitnet.reading.export import reading_to_dict
from digitnet.reading.hints import Hints
from digitnet.reading.pages import read_pages
from digitnet.reading.pipeline import read
from tests.helpers.samples import SAMPLES

HEIGHT, GAP, MARGIN = 56, 10, 60


@pytest.fixture(scope="module")
def write(held_out):
    """Return a function that writes rows of digits and points, uint8 (h, w); a space parts numbers."""

    def write_row(text, place):
        parts = []
        for character in text:
            if character.isdigit():
                image = held_out.images[np.flatnonzero(held_out.labels == int(character))[place]]
                ink = cv2.resize(image, (HEIGHT, HEIGHT), interpolation=cv2.INTER_CUBIC)
                x, _, width, _ = cv2.boundingRect((ink > 60).astype(np.uint8))
                parts.append(ink[:, x : x + width])
            elif character == ".":
                parts.append(cv2.circle(np.zeros((HEIGHT, 12), np.uint8), (6, HEIGHT - 8), 4, 255, -1))
            else:
                parts.append(np.zeros((HEIGHT, 90), np.uint8))
        return np.hstack([np.pad(part, ((0, 0), (0, GAP))) for part in parts])

    def write_rows(*texts, place=1):
        rows = [write_row(text, place) for text in texts]
        width = max(row.shape[1] for row in rows)
        ink = np.vstack([np.pad(row, ((0, 40), (0, width - row.shape[1]))) for row in rows])
        return np.asarray(210 - np.pad(ink, MARGIN) * (170 / 255), np.uint8)

    return write_rows


def describe(reading):
    """Return texts, whether they fit, and what was read without it."""
    numbers = [number for row in reading_to_dict("", reading)["rows"] for number in row["numbers"]]
    return [(number["text"], number["fits"], number.get("plain")) for number in numbers]


def test_number_that_fits_is_read_as_it_was(write, cnn):
    picture = write("1230", "4557")
    plain, reading = read(picture, cnn), read(picture, cnn, expect=Expect(check="luhn"))
    assert describe(reading) == [("1230", True, None), ("4557", False, None)]
    assert reading.row_texts == plain.row_texts
    assert not reading.doubtful[:4].any()


def test_number_that_fits_nothing_is_marked_and_stays(write, cnn):
    reading = read(write("2047"), cnn, expect=Expect(length=6))
    assert describe(reading) == [("2047", False, None)]
    assert reading.doubtful.all()


@pytest.mark.slow
def test_clear_digit_that_does_not_fit_is_never_changed_unmarked(write, cnn):
    picture = write("2047")
    for place in range(4):
        for digit in "0123456789":
            value = "2047"[:place] + digit + "2047"[place + 1 :]
            reading = read(picture, cnn, expect=Expect(values=(value,)))
            assert reading.has_doubts == (value != "2047"), value


def test_unclear_digit_is_read_as_what_fits(write, cnn):
    four, nine = (write(f"2{digit}3").astype(np.float32) for digit in "49")
    width = min(four.shape[1], nine.shape[1])
    mixed = ((four[:, :width] + nine[:, :width]) / 2).astype(np.uint8)
    for value in ("243", "293"):
        reading = read(mixed, cnn, expect=Expect(values=(value,)))
        assert reading.rows == [value]
        assert not reading.unexpected.any()


@pytest.mark.parametrize("value", ["243", "293"])
def test_numbers_parted_by_a_given_grid_are_read_as_expected(write, cnn, value):
    four, nine = (write(f"2{digit}3").astype(np.float32) for digit in "49")
    width = min(four.shape[1], nine.shape[1])
    mixed = ((four[:, :width] + nine[:, :width]) / 2).astype(np.uint8)
    first = write("571")[:, :-MARGIN]
    wall = first.shape[1] - GAP // 2
    grid = ((wall, 0, wall, len(first)),)
    reading = read(np.hstack([first, mixed[:, MARGIN:]]), cnn, Hints(grid=grid), Expect(values=(value, "571")))
    assert reading.row_texts == [f"571 {value}"]
    assert not reading.unexpected.any()


def test_numbers_of_different_cells_of_a_given_grid_are_not_joined(write, cnn):
    picture = write("4539 1488 2063")
    left = read(picture, cnn).boxes[8, 0] - 30
    reading = read(picture, cnn, Hints(grid=((left, 0, left, 99),)), Expect.parse("4 to 8 digits, row"))
    assert reading.numbers == ["45391488", "2063"]


def test_parts_of_a_date_that_stand_apart_are_one_number(write, cnn):
    reading = read(write("12. 03. 2024"), cnn, expect=Expect(date="dmy"))
    assert len(reading.numbers) == 1
    assert reading.number_texts[0] in ("12.03.2024", "12032024")
    assert not reading.unexpected.any()


def test_numbers_of_a_row_are_one_if_asked_for(write, cnn):
    reading = read(write("4539 1488"), cnn, expect=Expect.parse("8 digits, row"))
    assert reading.numbers == ["45391488"]


def test_sign_that_is_expected_is_placed_between_its_digits(write, cnn):
    reading = read(write("12.50"), cnn, expect=Expect(decimals=2))
    assert reading.number_texts == ["12.50"]
    x = reading.signs.boxes[0, ::2].mean()
    assert reading.boxes[1, 0] < x < reading.boxes[2, 2]


def test_expectation_of_pages_and_of_hints_is_the_same(write, cnn):
    picture = write("1230")
    first = read(picture, cnn, Hints(expect=Expect(length=4)))
    second = next(read_pages(picture, cnn, expect=Expect(length=4)))
    assert first.expect == second.expect == Expect(length=4)
    assert first.probabilities == pytest.approx(second.probabilities)


def test_picture_without_digits_has_nothing_to_fit(cnn):
    reading = read(np.full((90, 120), 255, np.uint8), cnn, expect=Expect(length=4))
    assert describe(reading) == []


def test_sample_of_a_list_keeps_all_rows_that_fit(cnn):
    reading = read(SAMPLES / "shadow.jpg", cnn, expect=Expect(length=(2, 5)))
    assert reading.rows == read(SAMPLES / "shadow.jpg", cnn).rows
    assert all(fits for _, fits, _ in describe(reading))


def test_column_that_adds_up_fits_and_another_has_its_total_marked(write, cnn):
    right, wrong = (read(write("12", "30", total), cnn, expect=Expect(total=True)) for total in ("42", "47"))
    assert describe(right) == [("12", True, None), ("30", True, None), ("42", True, None)]
    assert not right.unexpected.any()
    assert wrong.has_doubts
