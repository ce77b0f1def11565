import pytest

from digitnet.preprocessing.binarization import find_ink
from digitnet.segmentation.groups import group_components
from tests.helpers.ink import make_gradient, make_shadow, measure_agreement, to_rgb


@pytest.mark.parametrize("light", [lambda page: 1.0, make_gradient, make_shadow], ids=["even", "gradient", "shadow"])
def test_ink_is_found_in_any_light(paper, light):
    page = paper().number("20475")
    ink = find_ink(to_rgb(page.gray(light=light(page))))
    assert ink.dark_on_light
    assert measure_agreement(ink, page.ink) > 0.75


@pytest.mark.parametrize("level", [0, 17, 128, 255])
@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0, 15.0])
def test_blank_paper_has_no_digits(paper, level, noise):
    ink = find_ink(to_rgb(paper(ground=level).gray(noise=noise)))
    assert group_components(ink.map, ink.pen_width).crops == []


@pytest.mark.parametrize("noise", [0.0, 3.0, 8.0])
def test_soft_shadow_on_blank_paper_is_no_digit(paper, noise):
    page = paper()
    ink = find_ink(to_rgb(page.gray(light=make_shadow(page), noise=noise)))
    assert group_components(ink.map, ink.pen_width).crops == []


@pytest.mark.parametrize("table", [40, 90])
def test_dark_table_beside_the_paper_is_neither_ground_nor_ink(paper, table):
    page = paper(height=500).number("20475", y=150)
    gray = page.gray()
    gray[:, :25] = gray[:, -35:] = gray[-60:] = table
    ink = find_ink(to_rgb(gray))
    assert ink.dark_on_light
    assert len(group_components(ink.map, ink.pen_width).crops) == 5
