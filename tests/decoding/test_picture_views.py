import numpy as np
import pytest

from digitnet.decoding.lines import collapse
from digitnet.decoding.picture_views import PictureViews
from digitnet.preprocessing.binarization import find_ink


@pytest.fixture(scope="module")
def views(write_line):
    return PictureViews(write_line("2047", margin=8))


def test_views_agree_on_the_number_of_a_picture(views):
    likely = views.find_likely_texts()
    assert likely[0][0] == (2, 0, 4, 7)
    assert likely[0][1] == pytest.approx(views.score([(2, 0, 4, 7)])[0])
    assert [score for _, score in likely] == sorted((score for _, score in likely), reverse=True)


def test_missing_and_added_digits_are_unlikely(views):
    right, *wrong = views.score([(2, 0, 4, 7), (2, 0, 4), (2, 0, 4, 7, 7), (2, 0, 4, 1)])
    assert right > np.log(0.3) > np.log(0.1) > max(wrong)


def test_columns_of_each_view_are_probabilities(views):
    for line in views.lines:
        assert np.exp(collapse(line.columns)).sum(axis=1) == pytest.approx(1, rel=1e-4)


def test_empty_paper_has_no_digits():
    ink = find_ink(np.full((60, 200, 3), 220, np.uint8))
    assert PictureViews(ink.signal, ink.scale).find_likely_texts()[0][0] == ()


def test_picture_is_a_line_if_digits_fill_it():
    views = PictureViews(np.full((50, 200), 200, np.uint8))
    large, small = np.array([[10, 10, 30, 40]]), np.array([[10, 10, 16, 20]])
    assert views.may_be_line(large, 1.0)
    assert views.may_be_line(np.empty((0, 4), np.int32), 1.0)
    assert not views.may_be_line(small, 1.0)
    assert views.may_be_line(small * 3, 1.0)
    assert not views.may_be_line(small * 3, 3.0)


def test_tall_picture_is_no_line():
    assert not PictureViews(np.full((200, 100), 200, np.uint8)).may_be_line(np.array([[10, 10, 90, 190]]), 1.0)
