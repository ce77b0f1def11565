"""Drawings are read with the strokes of the pen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.models.number_levels import APART, STROKES
from digitnet.reading.pipeline import read_drawing
from digitnet.segmentation.oversegmentation import Stroke
from tests.helpers.drawings import PEN, draw, place_digit
from tests.helpers.examples import try_at_most

coordinates = st.one_of(st.floats(-200, 900), st.floats())
strokes_of_any_kind = st.lists(
    st.builds(
        lambda points, width: Stroke(np.array(points, float).reshape(-1, 2), width),
        st.lists(st.tuples(coordinates, coordinates), max_size=6),
        st.floats(1, 40),
    ),
    max_size=6,
)


def read_strokes(strokes, cnn):
    return read_drawing(draw(strokes), cnn, strokes).text.replace(" ", "")


@pytest.mark.parametrize("number", ["47", "741", "508", "2350"])
def test_digits_over_each_other_are_read_by_their_strokes(number, cnn):
    strokes = [stroke for place, label in enumerate(number) for stroke in place_digit(label, 60 + 82 * place)]
    assert read_strokes(strokes, cnn) == number


def test_bar_that_is_added_at_the_end_belongs_to_what_it_crosses(cnn):
    (first, bar), others = place_digit("4", 60), [*place_digit("7", 142), *place_digit("2", 224)]
    assert read_strokes([first, *others, bar], cnn) == "472"


@pytest.mark.parametrize("number", ["52", "74", "56"])
def test_two_digits_in_one_stroke_are_cut(number, cnn):
    first, second = place_digit(number[0], 60), place_digit(number[1], 150)
    joined = Stroke(np.vstack([first[0].points, second[0].points]), PEN)
    assert read_strokes([*first[1:], joined, *second[1:]], cnn) == number


@pytest.mark.parametrize("count", [4, 5, 6, 8])
def test_many_equal_strokes_are_ones(count, cnn):
    strokes = [Stroke(np.array([(40.0 + 60 * place, y) for y in (60, 100, 140, 180)]), PEN) for place in range(count)]
    assert read_strokes(strokes, cnn) == "1" * count


def test_strokes_that_were_taken_back_are_not_read(cnn):
    strokes = [*place_digit("4", 60), *place_digit("7", 142)]
    assert read_drawing(draw(strokes), cnn, [*strokes, *place_digit("3", 300)]).rows == ["47"]


@try_at_most(60)
@given(strokes_of_any_kind, st.booleans())
def test_any_strokes_are_read_without_failing(cnn, strokes, with_number):
    known = place_digit("4", 60) if with_number else []
    reading = read_drawing(draw(known), cnn, [*known, *strokes])
    assert reading.rows == (["4"] if with_number else [])


@try_at_most(60)
@given(st.lists(st.lists(st.tuples(st.integers(-50, 700), st.integers(-50, 450)), min_size=1, max_size=6), max_size=8))
def test_any_drawing_is_read_without_failing(cnn, lines):
    strokes = [Stroke(np.array(line, float), PEN) for line in lines]
    reading = read_drawing(draw(strokes), cnn, strokes)
    assert len(reading.crops) == len(reading.boxes)


@pytest.mark.parametrize("number", ["11111", "111111"])
def test_ones_that_were_drawn_apart_are_sure(number, cnn):
    strokes = [stroke for place, label in enumerate(number) for stroke in place_digit(label, 40 + 80 * place, width=60)]
    reading = read_drawing(draw(strokes), cnn, strokes)
    assert reading.rows == [number]
    assert set(reading.evidence.way.tolist()) == {APART}
    assert float(reading.number_confidence[0]) > 0.8


def test_digits_of_one_stroke_do_not_stand_apart(cnn):
    (first,), (second,) = place_digit("7", 60), place_digit("2", 150)
    joined = [Stroke(np.vstack([first.points, second.points]), PEN)]
    reading = read_drawing(draw(joined), cnn, joined)
    assert (reading.rows, set(reading.evidence.way.tolist())) == (["72"], {STROKES})
