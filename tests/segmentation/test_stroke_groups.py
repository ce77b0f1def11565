import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.segmentation.stroke_groups import divide_into_digits, group_strokes
from tests.helpers.drawings import PEN, draw, draw_apart, place_digit


@pytest.fixture
def group(cnn):
    """Return a function that groups the strokes of a drawing."""

    def run(strokes, classify=cnn.predict_probabilities):
        return group_strokes(find_ink(draw(strokes)).map, PEN, strokes, classify, 0.15)

    return run


def list_widths(groups):
    return (groups.boxes[:, 2] - groups.boxes[:, 0]).tolist()


def test_touching_digits_are_a_group_each(group):
    groups = group([*place_digit("4", 100), *place_digit("7", 180), *place_digit("5", 250)])
    assert list_widths(groups) == pytest.approx([100] * 3, abs=20)
    assert groups.boxes[0, 2] > groups.boxes[1, 0]


def test_crop_has_no_ink_of_a_crossing_neighbor(group):
    slash = place_digit("1", 230)
    groups = group([*place_digit("0", 170), *slash])
    alone = group(slash)
    assert np.abs(groups.crops[1].astype(int) - alone.crops[0]).max() <= 2


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1]])
def test_order_of_strokes_does_not_matter(group, order):
    strokes = [*place_digit("4", 100), *place_digit("5", 180)]
    assert len(group([strokes[index] for index in order]).crops) == 2


def test_digit_drawn_over_is_one_group(group):
    assert len(group([*place_digit("2", 100), *place_digit("2", 104, 118)]).crops) == 1


def test_stroke_through_two_digits_is_one_group_with_its_bars(group):
    (first, bar), (second,) = place_digit("4", 100), place_digit("2", 200)
    joined = Stroke(np.vstack([first.points, second.points]), PEN)
    assert len(group([joined, bar]).crops) == 1


def test_letter_is_one_group(group):
    lines = [(100, 100), (200, 260)], [(200, 100), (100, 260)]
    assert len(group([Stroke(np.array(line, float), PEN) for line in lines]).crops) == 1


def test_rows_are_sorted_from_the_top(group):
    groups = group([*place_digit("3", 100, 230, 60, 100), *place_digit("8", 100, 60, 60, 100)])
    assert groups.row.tolist() == [0, 1]
    assert groups.boxes[0, 1] < groups.boxes[1, 1]


def test_dash_is_no_digit(group):
    groups = group([Stroke(np.array([[60, 195], [130, 195]], float), PEN), *place_digit("5", 180)])
    assert len(groups.crops) == len(groups.dashes) == 1


def test_dots_are_left_out(group):
    groups = group([*place_digit("5", 180), Stroke(np.array([[350.0, 260.0]]), PEN)])
    assert len(groups.crops) == 1


def test_frame_around_digits_is_not_grouped_by_strokes(group):
    frame = Stroke(np.array([[60, 60], [560, 60], [560, 330], [60, 330], [60, 60]], float), PEN)
    assert group([frame, *place_digit("4", 100), *place_digit("7", 180)]) is None


def test_scribble_is_not_grouped_by_strokes(cnn):
    rng = np.random.default_rng(0)
    strokes = [Stroke(rng.uniform(100, 260, (3, 2)), PEN) for _ in range(30)]
    assert divide_into_digits(draw_apart(strokes), cnn.predict_probabilities) == []


def test_drawing_without_strokes_on_it_is_not_grouped(group):
    assert group([Stroke(np.array([[900.0, 900.0], [950.0, 900.0]]), PEN)]) is None
