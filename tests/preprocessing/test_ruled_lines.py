import cv2
import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink


def rgb(gray):
    return np.repeat(gray[..., None], 3, axis=2)


def ruled(page, rows, level=170):
    gray = page.gray()
    for y in rows:
        gray[y : y + 3] = np.minimum(gray[y : y + 3], level)
    return gray


def test_paper_without_lines_keeps_all(paper):
    assert not find_ink(rgb(paper().number("20475").gray())).lines_removed


def test_ruled_paper_is_said_to_be_ruled(paper):
    page = paper(height=600).number("20475", y=60).number("38916", y=300)
    assert find_ink(rgb(ruled(page, range(30, 600, 60)))).lines_removed


def test_a_single_line_is_taken_out_only_where_one_is_said_to_be(paper):
    page = paper(height=400).number("20475", y=60)
    gray = ruled(page, [250], level=60)
    assert (find_ink(rgb(gray)).map[250:253] > 127).mean() > 0.9
    told = find_ink(rgb(gray), lines=True)
    assert told.lines_removed
    assert (told.map[250:253] > 127).mean() < 0.1


def test_no_line_is_taken_out_where_none_is_said_to_be(paper):
    page = paper(height=600).number("20475", y=60).number("38916", y=300)
    ink = find_ink(rgb(ruled(page, range(30, 600, 60), level=60)), lines=False)
    assert not ink.lines_removed
    assert (ink.map[90:93] > 127).mean() > 0.9


def test_margin_beside_ruled_lines_is_taken_out(paper):
    page = paper(height=600, width=900).number("20475", x=100, y=60).number("38916", x=100, y=300)
    gray = ruled(page, range(30, 600, 60))
    cv2.line(gray, (40, 0), (44, 600), 170, 3, cv2.LINE_AA)
    assert (find_ink(rgb(gray)).map[:, 36:49] > 127).sum() < 60


def test_ruled_paper_on_a_table_is_still_ruled_paper(paper):
    page = paper(height=600, width=900).number("20475", x=120, y=60).number("38916", x=120, y=300)
    gray = ruled(page, range(30, 600, 60))
    gray[:, :60] = gray[:, -60:] = 50
    ink = find_ink(rgb(gray))
    assert ink.lines_removed
    near = cv2.dilate((page.ink > 0.1).astype(np.uint8), np.ones((15, 15), np.uint8))[:, 80:-80]
    assert (ink.map[:, 80:-80][near == 0] > 0).mean() < 0.002


@pytest.mark.parametrize("dark", [True, False])
def test_way_round_that_is_said_is_taken(paper, dark):
    assert find_ink(rgb(paper().number("20475").gray()), dark_on_light=dark).dark_on_light == dark


@pytest.mark.parametrize(
    ("ground", "pen"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((255, 255, 255), (250, 200, 60)),
        ((20, 20, 110), (250, 240, 90)),
        ((0,) * 3, (9, 99, 255)),
    ],
)
def test_drawing_on_a_flat_ground_keeps_its_soft_edges(paper, ground, pen):
    drawn = paper().number("20475").ink
    picture = np.array(ground) + (np.array(pen) - np.array(ground)) * drawn[..., None]
    ink = find_ink(np.round(picture).astype(np.uint8))
    assert ink.dark_on_light == (sum(pen) < sum(ground))
    assert np.abs(ink.map / 255 - drawn).mean() < 0.01


def test_blank_drawing_has_no_ink():
    for level in (0, 120, 255):
        ink = find_ink(np.full((280, 560, 3), level, np.uint8))
        assert not ink.map.any()
        assert ink.pen_width == 0
