from dataclasses import replace

import numpy as np
import pytest

from digitnet.collection.row_samples import crop_row, to_strings
from digitnet.collection.row_texts import apply_typed, identify_rows
from digitnet.preprocessing.images import load
from tests.helpers.signs import make_reading


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (600, 1200, 3), dtype=np.uint8)


def test_rows_are_kept_with_what_was_read(image):
    read = make_reading("12 5\n-7", confidence=0.9)
    corrected = apply_typed("12 .5\n-7", read, read)
    first, second = to_strings(corrected, [0, 1], read, image, "cnn", "photo", "a.png", "Ann")
    assert [first.text, first.read, second.text, second.read] == ["12 .5", "12 5", "-7", "-7"]
    assert [first.confidence, second.confidence] == pytest.approx([0.729, 0.9 * 0.99], abs=1e-4)
    assert [first.digest, second.digest] == identify_rows(read)
    assert (first.model, first.source, first.file, first.writer) == ("cnn", "photo", "a.png", "Ann")
    assert second.to_values()["text"] == "-7"


def test_only_chosen_rows_are_kept(image):
    reading = make_reading("1\n2\n3")
    assert [string.text for string in to_strings(reading, [1], reading, image, "cnn", "photo")] == ["2"]
    assert to_strings(reading, [], reading, image, "cnn", "photo") == []


def test_row_that_was_not_read_has_no_text(image):
    reading = make_reading("12")
    other = replace(reading, boxes=reading.boxes + 1)
    (string,) = to_strings(reading, [0], other, image, "cnn", "canvas")
    assert (string.read, string.confidence) == ("", None)


def test_picture_is_the_row_with_its_signs_and_a_margin(image):
    reading = make_reading("-12")
    (string,) = to_strings(reading, [0], reading, image, "cnn", "canvas")
    picture = load(string.picture)
    assert picture.shape[:2] == (8 + 30 + 8, 8 + 56 + 8)
    assert (picture == picture[..., :1]).all()


def test_large_row_is_scaled_down(image):
    assert crop_row(image, np.array([0, 0, 1200, 600], np.int32)).shape == (128, 256)
    assert crop_row(np.zeros((9, 9000, 3), np.uint8), np.array([0, 0, 9000, 9], np.int32)).shape == (4, 4096)
