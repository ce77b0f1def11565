import numpy as np
import pytest

from digitnet import Hints, read
from digitnet.reading.export import reading_to_dict
from digitnet.reading.manual_boxes import read_boxes, split_box
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.placement import Placement
from tests.helpers.ink import rule
from tests.helpers.laid_sheets import CLOTH, lay, make_ground, map_boxes

CORNERS = [(150, 90), (650, 130), (620, 420), (120, 400)]


@pytest.fixture
def laid(paper):
    """A picture of a sheet on wood, the reading of the sheet alone, and the homography that laid it."""
    picture, sheet = make_ground(500, 800), paper().number("20475").gray()
    matrix = lay(picture, sheet, CORNERS)
    return picture, read(sheet), matrix


def test_sheet_is_read_and_boxes_lie_on_the_picture(laid):
    picture, alone, matrix = laid
    reading = read(picture)
    assert reading.text == alone.text == "20475"
    assert reading.size == (800, 500)
    middles = (reading.boxes[:, :2] + reading.boxes[:, 2:]) / 2
    assert np.abs(middles - map_boxes(alone.boxes, matrix)).max() < 8
    assert len(reading.sheets) == 1
    assert reading.sheets[0].dtype == np.int32
    assert reading_to_dict("a.jpg", reading)["sheets"] == [reading.sheets[0].tolist()]


def test_nothing_beside_the_sheet_is_read(paper):
    picture = make_ground(500, 800)
    picture[200:400, 20:35] = 230
    lay(picture, paper().number("20475").gray(), CORNERS)
    assert read(picture).text == "20475"


def test_whole_picture_is_read_on_request(laid):
    reading = read(laid[0], hints=Hints(sheets=False))
    assert reading.sheets == ()
    assert not reading.placement


def test_chalk_on_a_light_frame_is_read_as_before(paper):
    board = 255 - paper(ground=200).number("20475").gray()
    assert read(board).text == "20475"
    assert read(board).sheets == ()


def test_sheet_without_ink_does_not_hide_writing_beside_it(paper):
    board = np.repeat((255 - paper(height=600, ground=225).number("20475", y=30).gray())[..., None], 3, axis=2)
    lay(board, np.full((200, 300), 240, np.uint8), [(250, 350), (550, 350), (550, 550), (250, 550)])
    reading = read(board)
    assert reading.text.startswith("20475")
    assert reading.sheets == ()


def test_several_sheets_are_read_in_order(paper):
    picture = make_ground(700, 900, CLOTH)
    lay(picture, paper().number("204").gray(), [(60, 40), (430, 60), (420, 240), (50, 220)])
    lay(picture, paper().number("571").gray(), [(480, 60), (850, 40), (860, 220), (490, 240)])
    lay(picture, 255 - paper(ground=190).number("896").gray(), [(160, 400), (700, 400), (700, 600), (160, 600)])
    reading = read(picture)
    assert reading.rows[:2] == ["204", "571"]
    assert len(reading.sheets) >= 2
    lefts = [box[0] for box in reading.row_boxes]
    assert lefts[0] < 430 < lefts[1]


def test_region_holds_a_sheet(laid):
    picture, alone, _ = laid
    whole, part = read(picture), read(picture, hints=Hints(region=(60, 40, 760, 480)))
    assert part.text == alone.text
    assert part.size == whole.size
    assert np.abs(part.boxes - whole.boxes).max() < 6
    assert np.abs(part.sheets[0].mean(axis=0) - whole.sheets[0].mean(axis=0)).max() < 6


def test_boxes_of_a_sheet_are_read_again(laid):
    classifier = load_classifier()
    reading = read_rgb(laid[0], classifier)
    again = read_boxes(reading, reading.boxes[::-1], classifier)
    assert again.text == "20475"
    assert len(again.sheets) == 1
    parts = split_box(reading, reading.boxes[1])
    assert parts[0, 2] == pytest.approx(parts[1, 0], abs=3)


def test_placement_maps_boxes_there_and_back(laid):
    placement = read(laid[0]).placement
    boxes = np.array([[40, 30, 90, 110], [200, 60, 260, 130]], np.int32)
    assert np.abs(placement.to_straight(placement.to_picture(boxes)) - boxes).max() <= 6
    straight = placement.straighten(laid[0])
    assert np.median(straight) > 180
    assert Placement().to_picture(boxes) is boxes


def test_lines_of_several_sheets_lie_on_the_picture(paper):
    picture = make_ground(400, 900, CLOTH)
    page = paper().number("204", x=100).stroke([(60, 230), (560, 230)], pen=6).gray()
    for corners in ([(60, 40), (430, 60), (420, 240), (50, 220)], [(480, 60), (850, 40), (860, 220), (490, 240)]):
        lay(picture, page, corners)
    reading = read(picture)
    assert len(reading.sheets) == len(reading.lines) == 2
    lefts, tops = reading.lines[:, 0], reading.lines[:, 1]
    assert 60 < lefts.min() < 120
    assert 490 < lefts.max() < 550
    assert ((tops > 150) & (tops < 230)).all()


def test_printed_lines_of_several_sheets_are_kept(paper):
    picture = make_ground(700, 800, CLOTH)
    page = rule(paper(height=500).number("204", x=100, y=120).number("57", x=100, y=320), range(40, 500, 60))
    lay(picture, page, [(60, 40), (740, 40), (740, 330), (60, 330)])
    lay(picture, page, [(60, 370), (740, 370), (740, 660), (60, 660)])
    stages = read(picture).stages
    assert stages.ink.lines_removed
    middles = stages.ink.ruled[:, 1::2].mean(axis=1)
    assert (middles < len(stages.image) / 2).sum() > 3
    assert (middles > len(stages.image) / 2).sum() > 3


@pytest.mark.parametrize("size", [30, 60])
def test_small_writing_on_one_of_several_sheets_is_read(paper, size):
    picture = make_ground(900, 1000, CLOTH)
    lay(picture, paper().number("204", 40, 20, 240).gray(), [(60, 40), (940, 50), (940, 380), (60, 370)])
    lay(picture, paper().number("571", 300, 120, size).gray(), [(60, 460), (940, 470), (940, 800), (60, 790)])
    assert read(picture).rows == ["204", "571"]
