from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import labels
from digitnet.reading.hints import Hints
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.pipeline import read_rgb
from digitnet.reading.result import Reading
from digitnet.reading.signs import SIGNS, Signs
from digitnet.segmentation.rows import find_numbers
from tests.helpers.signs import make_reading, make_signs

TEXTS = ["12.5", "-7", "12/05/2017", "(020) 7946", "3+4=7 100%", "$1,250.00 €7\n-1 (2)\n3", "12€ 15€", "5 -7 +8"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_shows_the_signs(text):
    reading = make_reading(text)
    bare = "".join(character for character in text if character not in SIGNS)
    assert reading.text == text
    assert reading.row_texts == text.split("\n")
    assert reading.number_texts == text.split()
    assert reading.rows == bare.split("\n")
    assert reading.numbers == bare.split()


number = st.from_regex(r"[-(£]?[0-9]{1,4}([./][0-9]{1,3})?[)%]?", fullmatch=True)


@given(st.lists(st.lists(number, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3).map("\n".join))
def test_any_numbers_are_spelled_as_written(text):
    assert make_reading(text).text == text


def test_reading_without_signs_is_as_before():
    reading = Reading.empty()
    assert (reading.text, reading.number_texts, len(reading.signs)) == ("", [], 0)


def test_signs_without_known_boxes_go_by_their_kind():
    reading = make_reading("12 34")
    nowhere = np.zeros((2, 4), np.int32)
    for text, spelled in {".-": "12. -34", "%(": "12% (34", "-.": "12-. 34"}.items():
        assert replace(reading, signs=make_signs(text, nowhere, [2, 2], [0, 0])).text == spelled


def test_signs_of_rows_without_digits_are_not_shown():
    reading = make_reading("1\n2")
    assert replace(reading, signs=make_signs("-", [[0, 0, 1, 1]], [2], [7])).text == "1\n2"


def test_confidence_of_a_number_counts_its_signs():
    reading = make_reading("1.5 7", confidence=0.9, sign_confidence=0.5)
    assert reading.number_confidence == pytest.approx([0.9 * 0.9 * 0.5, 0.9])
    assert replace(reading, level=0.8).doubtful_signs.tolist() == [True]
    assert replace(reading, level=0.4).doubtful_signs.tolist() == [False]


def test_signs_move_with_their_picture():
    signs = make_reading("1.5").signs
    assert np.array_equal(signs.shift(3, 5).boxes, signs.boxes + np.array([3, 5, 3, 5]))
    assert np.array_equal(signs.scale(2).boxes, signs.boxes * 2)
    assert signs.clip((20, 20)).boxes.max() == 20


def test_region_and_margin_keep_signs_in_their_places(paper, cnn, monkeypatch):
    offset = 30

    def read(rgb):
        reading = make_reading("1.5")
        return replace(reading, size=(rgb.shape[1], rgb.shape[0]))

    monkeypatch.setattr("digitnet.reading.ink_reader.InkReader.read_ink", lambda _, rgb, *__, **___: read(rgb))
    monkeypatch.setattr("digitnet.reading.ink_reader._may_be_tight_crop", lambda *_: False)
    page = np.repeat(paper().number("15").gray()[:, :, None], 3, axis=2)
    reading = read_rgb(page, cnn, hints=Hints(region=(offset, offset, 300, 300)))
    assert reading.text == "1.5"
    assert reading.signs.boxes.tolist() == (make_reading("1.5").signs.boxes + offset).tolist()


def test_signs_stay_beside_the_digits_that_are_left():
    reading = make_reading("1.25-\n3,4")
    kept = np.array([0, 2, 4], np.intp)
    row = reading.row[kept]
    signs = reading.signs.keep_digits(kept, row)
    assert "".join(signs.labels) == ".-,"
    assert signs.place.tolist() == [1, 2, 2]
    first = np.array([0], np.intp)
    assert "".join(reading.signs.keep_digits(first, reading.row[first]).labels) == ".-"


@pytest.mark.parametrize("text", TEXTS)
def test_signs_find_their_places_again(text):
    reading = make_reading(text)
    lost = replace(reading.signs, place=np.zeros_like(reading.signs.place), row=np.zeros_like(reading.signs.row))
    signs = lost.place_among(reading.boxes, reading.row, np.zeros(len(reading), np.bool_))
    assert replace(reading, signs=signs).text == text


def test_new_digit_replaces_the_sign_under_it(paper, cnn):
    page = paper().number("2047").gray()
    reading = read_rgb(np.repeat(page[:, :, None], 3, axis=2), cnn)
    left, top, right, bottom = reading.boxes[2].tolist()
    inside = [[left + 5, top + 5, right - 5, bottom - 5]]
    signed = replace(reading, signs=make_signs(".", inside, [2], [0]))
    assert read_boxes(signed, reading.boxes, cnn).text in ("20.47", "204.7")  # The same boxes cover nothing anew.
    wider = reading.boxes.copy()
    wider[2] += [-3, -3, 3, 3]
    assert read_boxes(signed, wider, cnn).signs.labels.tolist() == []
    assert read_boxes(signed, np.empty((0, 4), np.int32), cnn).text == ""


def test_signs_between_digits_hold_a_number_together():
    boxes = np.array([[x, 0, x + 20, 40] for x in (0, 30, 140, 170, 280)], np.int32)
    row, slash = np.zeros(5, np.int32), np.array([[90, 0, 100, 40]], np.int32)
    assert find_numbers(boxes, row).tolist() == [0, 0, 1, 1, 2]
    assert find_numbers(boxes, row, slash, np.array([2], np.int32)).tolist() == [0, 0, 0, 0, 1]


def test_no_signs_are_placed_among_no_digits():
    none = np.empty((0, 4), np.int32)
    assert len(make_reading("1.5").signs.place_among(none, none[:, 0], none[:, 0] > 0)) == 0
    assert len(Signs.empty().place_among(make_reading("15").boxes, np.zeros(2, np.int32), np.ones(2, np.bool_))) == 0


def test_all_signs_that_are_read_can_be_shown_and_corrected():
    assert sorted(SIGNS) == sorted(labels.SIGNS)
