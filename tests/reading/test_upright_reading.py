import cv2
import numpy as np
import pytest

from digitnet import Hints, read
from digitnet.preprocessing.straightening import View, turn
from digitnet.reading import orientation
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.manual_boxes import read_boxes
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.view_notes import describe_view
from tests.helpers.laid_sheets import lay, make_ground


def turn_picture(gray, angle):
    """Turn a picture, uint8 (h, w), clockwise; return uint8 (h', w', 3)."""
    view = turn(View(np.repeat(gray[..., None], 3, axis=2), np.eye(3)), angle)
    return view.image


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_picture_on_its_side_is_turned(paper, angle):
    gray = paper(height=500).number("20475", y=40).number("165", y=280).gray()
    upright, reading = read(gray), read(np.rot90(gray, -angle // 90))
    assert reading.text == upright.text == "20475\n165"
    assert reading.turn == 360 - angle
    assert reading.size == (np.rot90(gray, -angle // 90).shape[1], np.rot90(gray, -angle // 90).shape[0])
    left, top, right, bottom = reading.boxes[0]
    part = np.rot90(gray, -angle // 90)[top:bottom, left:right]
    expected = gray[slice(*upright.boxes[0, 1::2]), slice(*upright.boxes[0, 0::2])]
    assert np.abs(np.subtract(sorted(part.shape), sorted(expected.shape))).max() <= 3
    assert describe_view(reading) == f"The picture was turned clockwise by {360 - angle}°."
    assert reading_to_dict("a.jpg", reading)["turn"] == 360 - angle


@pytest.mark.parametrize("angle", [-40, -25, 30, 44])
def test_sloping_rows_are_read_level(paper, angle):
    gray = paper(height=500).number("20475", y=40).number("16532", y=280).gray()
    reading = read(turn_picture(gray, angle))
    assert reading.text == "20475\n16532"
    assert reading.turn == 0
    assert reading.slope == pytest.approx(-angle, abs=3)
    assert f"by {abs(reading.slope):.0f}°" in describe_view(reading)


@pytest.mark.parametrize("text", ["6", "9", "1", "0", "8"])
def test_lone_digit_is_never_turned(paper, text):
    gray = paper(width=400).number(text, x=140).gray()
    for quarter in range(4):
        assert read(np.rot90(gray, quarter)).turn == 0


@pytest.mark.parametrize("text", ["1961", "689", "20475"])
def test_upright_number_is_not_turned(paper, text):
    reading = read(paper().number(text).gray())
    assert (reading.text, reading.turn, reading.slope, reading.mirrored) == (text, 0, 0.0, False)
    assert describe_view(reading) == ""


def test_digits_that_are_likely_as_they_stand_are_not_turned(paper, monkeypatch):
    gray = paper(height=800).number("2", y=40).number("4", y=280).number("5", y=520).gray()  # Rows of one digit.
    turned = []
    monkeypatch.setattr(orientation, "turn_picture", lambda ink, angle: turned.append(angle))
    assert read(gray).text == "2\n4\n5"
    assert not turned


def test_turn_and_slope_are_set_by_hints(paper):
    gray = paper().number("20475").gray()
    assert read(np.rot90(gray, 2), hints=Hints(turn=0, slope=0.0)).turn == 0
    assert read(np.rot90(gray, 1), hints=Hints(turn=90)).text == "20475"
    reading = read(turn_picture(gray, -30), hints=Hints(slope=30.0))
    assert (reading.text, reading.slope) == ("20475", 30.0)


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_turn_that_is_set_wrongly_is_kept(paper, quarter):
    assert read(paper().number("20475").gray(), hints=Hints(turn=quarter)).turn == quarter


def test_mirrored_writing_is_said(paper):
    reading = read(paper().number("23475").gray()[:, ::-1])
    assert reading.mirrored
    assert reading.turn == 0
    assert "mirrored" in describe_view(reading)


def test_sheet_is_turned(paper):
    picture = make_ground(500, 800)
    sheet = np.ascontiguousarray(np.rot90(paper().number("20475").gray(), 2))
    lay(picture, sheet, [(150, 90), (650, 130), (620, 420), (120, 400)])
    reading = read(picture)
    assert (reading.text, reading.turn, len(reading.sheets)) == ("20475", 180, 1)
    assert (np.diff(reading.boxes[:, 0]) < 0).all()


def test_boxes_of_a_turned_picture_are_read_again(paper):
    classifier = load_classifier()
    gray = np.rot90(paper().number("20475").gray(), 1)
    reading = read_rgb(np.ascontiguousarray(np.repeat(gray[..., None], 3, axis=2)), classifier)
    again = read_boxes(reading, reading.boxes, classifier)
    assert (again.text, again.turn) == ("20475", 90)


def test_turned_view_maps_back():
    image = np.full((60, 100, 3), 255, np.uint8)
    cv2.circle(image, (80, 20), 3, (0, 0, 0), -1)
    for angle in (90.0, 180.0, 30.0):
        view = turn(View(image, np.eye(3)), angle)
        y, x = np.argwhere(view.image[..., 0] < 100).mean(axis=0)
        point = cv2.perspectiveTransform(np.array([[[x + 0.5, y + 0.5]]]), view.matrix)[0, 0]
        assert np.abs(point - (80.5, 20.5)).max() < 1


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_table_of_a_turned_picture_is_that_of_the_upright_one(paper, quarter):
    page = paper(width=900, height=420).number("12", 60, 30, 80).number("5", 560, 30, 80).number("34", 560, 250, 80)
    table = to_table(reading_to_dict("", read(page.gray())))
    assert [[bool(cell) for cell in row] for row in table] == [[True, True], [False, True]]
    turned = read(np.rot90(page.gray(), quarter))
    assert turned.turn == 90 * quarter
    assert to_table(reading_to_dict("", turned)) == table
