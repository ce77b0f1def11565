from dataclasses import replace

import numpy as np
import pytest

from digitnet import read
from digitnet.collection.corrections import CorrectableReading
from digitnet.errors import AlignmentError
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import load


@pytest.fixture
def page(paper):
    return paper().number("2047").gray()


@pytest.fixture
def pieces(page, cnn):
    return CorrectableReading.from_reading(read(page), cnn)


def with_refused(page, cnn):
    """The reading of a page whose second digit was refused."""
    reading = read(page)
    kept = [0, 2, 3]
    return CorrectableReading.from_reading(
        replace(
            reading,
            boxes=reading.boxes[kept],
            probabilities=reading.probabilities[kept],
            row=reading.row[kept],
            crops=reading.crops[kept],
            number=reading.number[kept],
            refused=reading.boxes[1:2],
        ),
        cnn,
    )


def test_nothing_said_leaves_the_reading_as_it_is(pieces):
    reading = pieces.to_reading({})
    assert reading.text == "2047"
    assert reading.places[0][0].tolist() == [0, 1, 2, 3]
    assert len(reading.refused) == 0


def test_digit_that_was_put_right_is_certain_and_no_other_changes(pieces):
    reading = pieces.to_reading({3: 1})
    assert reading.text == "2041"
    assert reading.confidence[3] == 1
    assert np.array_equal(reading.probabilities[:3], pieces.probabilities[:3])


def test_what_is_no_digit_goes_to_what_was_refused(pieces):
    reading = pieces.to_reading({1: NOT_A_DIGIT})
    assert reading.text == "247"
    assert np.array_equal(reading.refused, pieces.boxes[1:2])


def test_refused_piece_becomes_a_digit_in_its_place(page, cnn):
    pieces = with_refused(page, cnn)
    assert pieces.to_reading({}).text == "247"
    assert pieces.read.tolist() == [2, 4, 7, NOT_A_DIGIT]
    assert pieces.to_reading({3: 6}).text == "2647"
    assert len(pieces.to_reading({3: 6}).refused) == 0


def test_all_may_be_no_digits(pieces):
    reading = pieces.to_reading(dict.fromkeys(range(4), NOT_A_DIGIT))
    assert reading.text == ""
    assert len(reading.refused) == 4


def test_labels_are_found_again_by_digest(pieces):
    assert pieces.index_by_place({pieces.digests[2]: 9, "other": 1}) == {2: 9}


def test_typed_text_labels_the_digits_that_are_there_by_now(pieces):
    assert pieces.align_text("2041", {}) == {0: 2, 1: 0, 2: 4, 3: 1}
    assert pieces.align_text("247", {1: NOT_A_DIGIT}) == {0: 2, 2: 4, 3: 7}
    with pytest.raises(AlignmentError):
        pieces.align_text("2047", {1: NOT_A_DIGIT})


def test_samples_hold_what_was_read_and_the_digit_as_it_stood(pieces, page):
    image = load(page)
    (sample,) = pieces.to_samples({3: 1}, image, "cnn", "photo", "page.png", "Ann")
    assert (sample.label, sample.read, sample.model) == (1, 7, "cnn")
    assert (sample.source, sample.file, sample.writer) == ("photo", "page.png", "Ann")
    assert 0.5 < sample.confidence <= 1
    assert np.array_equal(sample.picture, pieces.crops[3])
    left, top, right, bottom = pieces.boxes[3]
    height, width = load(sample.crop).shape[:2]
    assert right - left < width <= 1.4 * (bottom - top)
    assert bottom - top < height


def test_sample_of_a_refused_piece_says_that_it_was_refused(page, cnn):
    pieces = with_refused(page, cnn)
    (sample,) = pieces.to_samples({3: 0}, load(page), "cnn", "photo")
    assert sample.read == NOT_A_DIGIT
    assert 0 <= sample.confidence <= 1
