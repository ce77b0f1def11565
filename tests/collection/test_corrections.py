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
def correctable(page, cnn):
    return CorrectableReading.from_reading(read(page), cnn)


def refuse_second_digit(page, cnn):
    """Return the reading of a page with its second digit refused."""
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


def test_reading_without_corrections_is_unchanged(correctable):
    reading = correctable.to_reading({})
    assert reading.text == "2047"
    assert reading.places[0][0].tolist() == [0, 1, 2, 3]
    assert len(reading.refused) == 0


def test_corrected_digit_is_certain_and_others_unchanged(correctable):
    reading = correctable.to_reading({3: 1})
    assert reading.text == "2041"
    assert reading.confidence[3] == 1
    assert reading.corrected.tolist() == [False, False, False, True]
    assert np.array_equal(reading.probabilities[:3], correctable.probabilities[:3])


def test_digit_corrected_to_not_a_digit_is_refused(correctable):
    reading = correctable.to_reading({1: NOT_A_DIGIT})
    assert reading.text == "247"
    assert np.array_equal(reading.refused, correctable.boxes[1:2])


def test_corrected_refused_component_becomes_a_digit(page, cnn):
    correctable = refuse_second_digit(page, cnn)
    assert correctable.to_reading({}).text == "247"
    assert correctable.predictions.tolist() == [2, 4, 7, NOT_A_DIGIT]
    assert correctable.to_reading({3: 6}).text == "2647"
    assert correctable.to_reading({3: 6}).corrected.tolist() == [False, True, False, False]
    assert len(correctable.to_reading({3: 6}).refused) == 0


def test_digits_of_a_number_changed_or_shortened_are_changed(correctable, page, cnn):
    assert correctable.find_changed({0: 2}).tolist() == [False] * 4
    assert correctable.find_changed({3: 1}).tolist() == [False, False, False, True]
    assert correctable.find_changed({1: NOT_A_DIGIT}).tolist() == [True] * 3
    assert refuse_second_digit(page, cnn).find_changed({3: 6}).tolist() == [False, True, False, False]


def test_reading_without_any_digit_is_empty(correctable):
    reading = correctable.to_reading(dict.fromkeys(range(4), NOT_A_DIGIT))
    assert reading.text == ""
    assert len(reading.refused) == 4


def test_labels_by_digest_become_labels_by_place(correctable):
    assert correctable.index_by_place({correctable.digests[2]: 9, "other": 1}) == {2: 9}


def test_typed_text_is_aligned_with_the_corrected_reading(correctable):
    assert correctable.align_text("2041", {}) == {0: 2, 1: 0, 2: 4, 3: 1}
    assert correctable.align_text("247", {1: NOT_A_DIGIT}) == {0: 2, 2: 4, 3: 7}
    with pytest.raises(AlignmentError):
        correctable.align_text("2047", {1: NOT_A_DIGIT})


def test_samples_hold_the_prediction_and_the_crop(correctable, page):
    image = load(page)
    (sample,) = correctable.to_samples({3: 1}, image, "cnn", "photo", "page.png", "Ann")
    assert (sample.label, sample.read, sample.model) == (1, 7, "cnn")
    assert (sample.source, sample.file, sample.writer) == ("photo", "page.png", "Ann")
    assert 0.5 < sample.confidence <= 1
    assert np.array_equal(sample.picture, correctable.crops[3])
    left, top, right, bottom = correctable.boxes[3]
    height, width = load(sample.crop).shape[:2]
    assert right - left < width <= 1.4 * (bottom - top)
    assert bottom - top < height


def test_sample_of_a_refused_component_is_read_as_no_digit(page, cnn):
    correctable = refuse_second_digit(page, cnn)
    (sample,) = correctable.to_samples({3: 0}, load(page), "cnn", "photo")
    assert sample.read == NOT_A_DIGIT
    assert 0 <= sample.confidence <= 1


def test_corrected_digit_leaves_the_numbers_of_cells_apart(page, cnn):
    correctable = refuse_second_digit(page, cnn)
    apart = replace(correctable, reading=replace(correctable.reading, number=np.array([0, 1, 1], np.int32)))
    assert apart.to_reading({3: 0}).numbers in (["20", "47"], ["2", "047"])
