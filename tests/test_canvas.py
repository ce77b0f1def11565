import cv2
import numpy as np
import pytest

from digitnet.canvas import to_strokes
from digitnet.parting import Part, Stroke, partings
from digitnet.reading import read_drawing


def path(*points, pen=12):
    """A stroke as the canvas reports it, and the same as the library knows it."""
    return {"type": "path", "strokeWidth": pen, "path": [["M", *points[0]], *(["L", *point] for point in points[1:])]}


def drawn(objects):
    picture = np.full((300, 500, 3), 255, np.uint8)
    for stroke in to_strokes(objects):
        points = np.round(stroke.points * 16).astype(np.int32)
        cv2.polylines(picture, [points], False, (0, 0, 0), round(stroke.width), cv2.LINE_AA, shift=4)
    return picture


def test_path_becomes_points():
    (stroke,) = to_strokes([path((10, 20), (30, 40))])
    assert stroke.points.tolist() == [[10, 20], [30, 40]]
    assert stroke.width == 12


def test_curve_starts_and_ends_where_it_says():
    (stroke,) = to_strokes([{"path": [["M", 0, 0], ["Q", 50, 100, 100, 0]], "strokeWidth": 4}])
    assert stroke.points[0].tolist() == [0, 0]
    assert stroke.points[-1].tolist() == [100, 0]
    assert 40 < stroke.points[:, 1].max() <= 50


@pytest.mark.parametrize("objects", [[], [{"type": "rect"}], [{"path": "M 0 0"}], [{"path": [["M", 1, 1]]}]])
def test_what_is_no_stroke_is_left_out(objects):
    assert to_strokes(objects) == []


def test_ink_falls_into_the_strokes_it_was_drawn_with():
    objects = [path((60, 60), (60, 240)), path((60, 150), (200, 150)), path((200, 60), (200, 240))]
    picture = drawn(objects)
    ink = 255 - picture[..., 0]
    x, y, w, h = cv2.boundingRect(ink)
    part = Part(np.array([x, y, x + w, y + h]), ink[y : y + h, x : x + w])
    own = partings(part, float(h), 12.0, to_strokes(objects))[2]
    assert len(own) == 3
    assert [round(float(stroke.box[0])) for stroke in own] == sorted(round(float(stroke.box[0])) for stroke in own)


def test_strokes_of_another_drawing_part_nothing():
    ink = np.zeros((100, 100), np.uint8)
    cv2.circle(ink, (50, 50), 40, 255, 8)
    part = Part(np.array([0, 0, 100, 100]), ink)
    assert partings(part, 100.0, 8.0, [Stroke(np.array([[300.0, 300.0], [400.0, 300.0]]), 8.0)])[2] == [part]


def test_touching_digits_of_a_drawing_are_read_by_their_strokes(cnn):
    seven = path((60, 70), (160, 70), (110, 230))
    four = [path((175, 70), (150, 160), (240, 160)), path((215, 110), (210, 235))]
    one = path((250, 100), (275, 65), (270, 230))
    objects = [seven, *four, one, path((135, 150), (165, 150))]
    assert read_drawing(drawn(objects[:4]), cnn, to_strokes(objects[:4])).text.replace(" ", "") == "741"
