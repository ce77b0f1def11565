import numpy as np
import pytest

from benchmarks import number_measuring
from benchmarks.composed_numbers import ComposedNumber
from benchmarks.number_measuring import Measured, measure, report_progress
from digitnet.reading.pipeline import read_rgb
from tests.helpers.drawings import draw, place_digit


@pytest.fixture
def pictures(paper):
    """A number, the same with its last digit hidden, and a picture without any."""

    def compose(text):
        page = paper().number(text) if text else paper()
        return np.repeat(page.gray()[..., None], 3, axis=2)

    return [ComposedNumber(compose(shown), "2047") for shown in ("2047", "204", "")]


def test_missed_digits_and_missed_numbers_count_as_wrong(pictures, cnn):
    measured = measure(pictures, cnn)
    assert measured.right.tolist() == [True, False]
    assert (measured.pictures, measured.blank) == (3, 1)
    assert measured.right_share == pytest.approx(1 / 3)
    assert Measured.join([measured, measured]).features.shape == (4, 4)


def test_features_are_those_of_the_reading_that_is_kept(pictures, cnn):
    number = pictures[0]
    features = measure([number], cnn).features
    assert features[0] == pytest.approx(read_rgb(number.picture, cnn).evidence.compute_features()[0])


def test_numbers_with_strokes_are_read_as_drawings(cnn):
    strokes = [*place_digit("4", 60), *place_digit("7", 160)]
    assert measure([ComposedNumber(draw(strokes), "47", strokes)], cnn).right.tolist() == [True]


def test_wrong_signs_are_no_wrong_digits(pictures, cnn):
    measured = measure([pictures[0]._replace(text="20.47")], cnn)
    assert (measured.right.tolist(), measured.exact.tolist()) == ([True], [False])


def test_progress_says_how_long_the_rest_takes(pictures, capsys, monkeypatch):
    monkeypatch.setattr(number_measuring, "_PROGRESS_SECONDS", 0.0)
    assert len(list(report_progress("drawn", pictures, 30))) == 3
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" read")[0] for line in lines] == ["drawn: 1 of 30", "drawn: 2 of 30"]
