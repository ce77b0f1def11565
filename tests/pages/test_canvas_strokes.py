import cv2
import numpy as np
import pytest

from digitnet.errors import ImageError
from digitnet.preprocessing.images import to_jpeg, to_png
from digitnet.reading.pipeline import read_drawing
from pages.shared.canvas_strokes import load_drawing, to_strokes
from tests.helpers.samples import SAMPLES


def make_path(*points, pen=12):
    """Return a stroke as the canvas reports it."""
    return {"type": "path", "strokeWidth": pen, "path": [["M", *points[0]], *(["L", *point] for point in points[1:])]}


def draw_strokes(objects):
    """Draw the strokes of the canvas, black on white."""
    picture = np.full((300, 500, 3), 255, np.uint8)
    for stroke in to_strokes(objects):
        points = np.round(stroke.points * 16).astype(np.int32)
        cv2.polylines(picture, [points], False, (0, 0, 0), round(stroke.width), cv2.LINE_AA, shift=4)
    return picture


def test_path_is_converted_to_points():
    (stroke,) = to_strokes([make_path((10, 20), (30, 40))])
    assert stroke.points.tolist() == [[10, 20], [30, 40]]
    assert stroke.width == 12


def test_curve_keeps_its_end_points():
    (stroke,) = to_strokes([{"path": [["M", 0, 0], ["Q", 50, 100, 100, 0]], "strokeWidth": 4}])
    assert stroke.points[0].tolist() == [0, 0]
    assert stroke.points[-1].tolist() == [100, 0]
    assert 40 < stroke.points[:, 1].max() <= 50


@pytest.mark.parametrize("objects", [[], [{"type": "rect"}], [{"path": "M 0 0"}], [{"path": [["M", 1, 1]]}]])
def test_objects_other_than_strokes_are_left_out(objects):
    assert to_strokes(objects) == []


def test_touching_digits_of_a_drawing_are_read_by_their_strokes(cnn):
    seven = make_path((60, 70), (160, 70), (110, 230))
    four = [make_path((175, 70), (150, 160), (240, 160)), make_path((215, 110), (210, 235))]
    one = make_path((250, 100), (275, 65), (270, 230))
    objects = [seven, *four, one, make_path((135, 150), (165, 150))]
    assert read_drawing(draw_strokes(objects[:4]), cnn, to_strokes(objects[:4])).text.replace(" ", "") == "741"


def test_picture_of_a_canvas_is_loaded():
    assert load_drawing(to_png(np.full((400, 640, 3), 255, np.uint8))).shape == (400, 640, 3)


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        to_jpeg(np.zeros((4, 4, 3), np.uint8)),
        to_png(np.zeros((4, 4), np.uint8))[:20],
        to_png(np.zeros((1, 4_000_001), np.uint8)),
        (SAMPLES / "even.jpg").read_bytes(),
    ],
)
def test_picture_that_no_canvas_makes_is_refused(forged):
    with pytest.raises(ImageError, match="clear the paper and draw again"):
        load_drawing(forged)


@pytest.mark.parametrize("strokes", [[make_path((0, 0), (9, 9))] * 1001, [make_path(*[(0, 0)] * 100_001)]])
def test_more_strokes_than_can_be_read_are_refused(strokes):
    with pytest.raises(ImageError, match="draw fewer"):
        to_strokes(strokes)
