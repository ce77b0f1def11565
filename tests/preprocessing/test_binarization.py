import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink
from tests.helpers.ink import measure_agreement, to_rgb


def test_faint_pencil_beside_a_marker_is_found(paper):
    page = paper(height=320).number("12345", y=20)
    faint = paper(height=320).number("67890", y=170)
    both = np.minimum(page.gray(), faint.gray(ink=140))
    assert measure_agreement(find_ink(to_rgb(both)), np.maximum(page.ink, faint.ink)) > 0.7


@pytest.mark.parametrize("pen", [20, 40, 60])
def test_thick_digit_that_fills_the_picture_is_not_hollow(paper, pen):
    page = paper(height=300, width=220).stroke([(40, 40), (180, 40), (90, 260)], pen=pen)
    ink = find_ink(to_rgb(page.gray()))
    assert measure_agreement(ink, page.ink) > 0.85
    assert ink.pen_width == pytest.approx(pen, rel=0.25)


def test_large_picture_is_scaled_down(paper):
    page = paper(height=2500, width=3000).number("2047", size=500)
    ink = find_ink(to_rgb(page.gray()))
    assert max(ink.map.shape) == 2000
    assert ink.scale == pytest.approx(2 / 3)


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
