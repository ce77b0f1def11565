from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading
from digitnet.preprocessing import display
from digitnet.preprocessing.images import load
from digitnet.reading.hints import Hints
from pages.shared import reading_cache
from pages.shared.reading_cache import ReadingRequest
from tests.helpers.samples import SAMPLES

SIZES = [(1, 3201), (16_000, 1), (1, 500_000), (3, 1601), (1, 1), (2, 639)]


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


def test_turned_picture_is_shown_upright_and_kept_as_it_was_given():
    hints = Hints(turn=90, slope=0.0)
    request = ReadingRequest((SAMPLES / "even.jpg").read_bytes(), "turned", "cnn", hints)
    upright, given = load(reading_cache.to_upright_jpeg(request)), reading_cache.load_small(request)
    plain = request.load_page().image
    assert np.abs(given - display.fit_to_page(plain).astype(int)).mean() < 4
    assert (np.rot90(given, -1) == upright).all()


def test_region_is_dimmed_around_where_it_is_shown():
    image, reading = np.full((40, 20, 3), 200, np.uint8), replace(Reading.empty((40, 20)), turn=90)
    drawn = reading_cache.draw_reading(image, reading, (0, 0, 10, 20))
    assert (drawn[:10] == 200).all()
    assert (drawn[10:] < 200).all()


def test_thumbnail_fits_into_its_size_in_any_proportion():
    for shape in ((300, 200), (20, 4000), (3000, 1)):
        thumbnail = reading_cache.make_thumbnail(np.zeros((*shape, 3), np.uint8), 128, 96)
        height, width = reading_cache.load(thumbnail).shape[:2]
        assert 1 <= height <= 96
        assert 1 <= width <= 128


@pytest.mark.parametrize("shape", SIZES + [size[::-1] for size in SIZES])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_picture_of_any_size_fits_the_page(shape, channels):
    picture = np.full((*shape, *channels), 200, np.uint8)
    for resize in (display.shrink, display.fit_to_page):
        shown = resize(picture)
        assert shown.shape[2:] == channels
        assert min(shown.shape[:2]) >= 1
        assert max(shown.shape[:2]) <= 1600
        assert (shown == 200).all()
    assert max(shown.shape[:2]) >= 640
    assert min(shown.shape[:2]) >= 2


@pytest.mark.parametrize("upright", [False, True])
def test_boxes_on_a_thin_picture_are_where_the_digits_are(upright):
    box = [8000, 0, 9000, 1]
    boxes = np.array([[box[1], box[0], box[3], box[2]] if upright else box], np.int32)
    size = (16_000, 1)
    reading = replace(Reading.empty(size[::-1] if upright else size), refused=boxes)
    shown = display.fit_to_page(np.full((*(size if upright else size[::-1]), 3), 255, np.uint8))
    drawn = reading_cache.draw_reading(shown, reading)
    marked = np.flatnonzero((drawn != 255).any(axis=2).any(axis=int(upright)))
    assert 790 < marked[0] <= 800
    assert 900 <= marked[-1] < 910
