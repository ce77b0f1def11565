from dataclasses import replace

import numpy as np
import pytest

from digitnet.reading.result import Hints
from pages.shared import reading_cache
from pages.shared.reading_cache import ReadingRequest
from tests.helpers.samples import SAMPLES


@pytest.fixture
def request_for_sample():
    return ReadingRequest((SAMPLES / "even.jpg").read_bytes(), "even", "cnn", Hints())


def test_confirmed_digit_is_not_drawn_as_doubtful_any_more(request_for_sample):
    reading = reading_cache.read_picture(request_for_sample, 0.01).reading
    unsure = reading.probabilities.copy()
    unsure[0] *= 0.5
    doubtful = replace(reading, probabilities=unsure)
    pictures = [reading_cache.annotate_picture(request_for_sample, each) for each in (doubtful, reading)]
    assert pictures[0] != pictures[1]


def test_thumbnail_fits_into_its_size_in_any_proportion():
    for shape in ((300, 200), (20, 4000), (3000, 1)):
        thumbnail = reading_cache.make_thumbnail(np.zeros((*shape, 3), np.uint8), 128, 96)
        height, width = reading_cache.load(thumbnail).shape[:2]
        assert 1 <= height <= 96
        assert 1 <= width <= 128
