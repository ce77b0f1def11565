import pytest

from digitnet.preprocessing.binarization import find_ink
from tests.helpers.ink import measure_agreement, to_rgb


def test_chalk_on_a_dark_board_is_found(paper):
    page = paper(ground=50).number("20475")
    ink = find_ink(to_rgb(page.gray(ink=220)))
    assert not ink.dark_on_light
    assert measure_agreement(ink, page.ink) > 0.75


def test_inverted_picture_has_the_same_ink(paper):
    gray = paper().number("20475").gray()
    dark, light = find_ink(to_rgb(gray)), find_ink(to_rgb(255 - gray))
    assert dark.dark_on_light != light.dark_on_light
    assert ((dark.map > 127) ^ (light.map > 127)).sum() < 0.1 * (dark.map > 127).sum()


@pytest.mark.parametrize("dark", [True, False])
def test_polarity_hint_is_followed(paper, dark):
    assert find_ink(to_rgb(paper().number("20475").gray()), dark_on_light=dark).dark_on_light == dark
