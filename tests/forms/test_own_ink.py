import cv2
import numpy as np
import pytest

from digitnet.forms.cutting import cut_field
from digitnet.forms.own_ink import cut_own_ink
from digitnet.forms.template import Field, Template

BOX = (60, 60, 260, 140)
WHITE, WALL, INK = (240, 240, 240), (60, 60, 60), (30, 30, 30)


@pytest.fixture
def sheet():
    """A sheet with one box, uint8 (h, w, 3)."""
    sheet = np.full((1600, 1000, 3), WHITE, np.uint8)
    cv2.rectangle(sheet, BOX[:2], BOX[2:], WALL, 3)
    return sheet


@pytest.fixture
def cut(sheet):
    """A function that cuts the box out of a written sheet: cut(written, is_filled=False)."""
    field = Field("total", BOX)
    template = Template("Order", (1000, 1600), (field,), cv2.imencode(".png", sheet)[1].tobytes())

    def do(written, *, is_filled=False):
        return cut_own_ink(cut_field(template, field, written, np.eye(3)), is_filled=is_filled)

    return do


def find_ink(picture):
    """Return the box around dark pixels: x, y, width and height."""
    return cv2.boundingRect((picture[..., 0] < 120).astype(np.uint8))


def test_box_itself_leaves_no_ink(sheet, cut):
    picture, _ = cut(sheet)
    assert picture.min() > 200


@pytest.mark.parametrize("is_filled", [False, True])
def test_stroke_is_followed_out_of_the_box(sheet, cut, is_filled):
    cv2.line(sheet, (120, 42), (120, 120), INK, 7)
    picture, (_, top) = cut(sheet, is_filled=is_filled)
    _, y, _, height = find_ink(picture)
    assert height > 75  # Of 85; the box with its margin holds 71.
    assert y + top < 12


def test_stroke_along_a_wall_keeps_what_lies_beside_it(sheet, cut):
    cv2.line(sheet, (100, 64), (150, 64), INK, 9)
    cv2.line(sheet, (150, 64), (130, 120), INK, 9)
    assert find_ink(cut(sheet)[0])[2] > 50


def test_ink_of_a_neighbor_is_left_out(sheet, cut):
    cv2.line(sheet, (160, 90), (160, 120), INK, 7)
    alone = cut(sheet)[0]
    cv2.line(sheet, (100, 20), (100, 40), INK, 7)
    picture, _ = cut(sheet)
    assert picture.shape == alone.shape
    assert find_ink(picture) == find_ink(alone)
