"""Find ink on the hard pages of `benchmarks/pages.py`, with all papers, pens, lights and cameras."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.page_composition import compose_page, make_page
from benchmarks.page_ink import load_training_digits
from benchmarks.page_kinds import KINDS
from benchmarks.page_paper import crumple
from benchmarks.page_photo import add_table, add_vignette, cast_hard_shadow, cast_soft_shadow, dim_light, turn
from digitnet.preprocessing.binarization import find_ink
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.polarity import is_dark_on_light

SIZE = (450, 600)
STILL = [
    name
    for name, kind in KINDS.items()
    if turn not in kind.over and name != "screenshot" and "sheet" not in name and name != "dark strip"
]  # Sheets on a ground are found first; see test_sheets.


def make_small_page(name, seed=0, **settings):
    """Return a page of a kind with two rows of three digits, small enough for a test."""
    kind = replace(KINDS[name], **settings)
    if max(kind.size) > max(SIZE) and "size" not in settings:
        kind = replace(kind, size=SIZE)
    rng = np.random.default_rng(seed)
    rows = ["7"] if kind.columns == (1, 1) else ["204"] if kind.rows == (1, 1) else ["204", "571"]
    return compose_page(rows, kind, load_training_digits(), rng)


def measure_overlap(found, written):
    """Return the intersection over union of two ink maps, uint8."""
    return ((found > 127) & (written > 127)).sum() / ((found > 127) | (written > 127)).sum()


def measure_page_overlap(page):
    return measure_overlap(find_ink(page.image).map, 255 - page.ink)


@pytest.mark.parametrize("name", STILL)
def test_ink_is_found_on_hard_pages(name):
    thin = {"share": (0.5, 0.5)} if name in ("small on a page", "12 Mpx") else {}
    assert measure_page_overlap(make_small_page(name, **thin)) > 0.55


@pytest.mark.parametrize("name", ["close-up", "close-up, shadow"])
@pytest.mark.parametrize("pen", [0.06, 0.14, 0.2])
def test_digit_that_fills_the_picture_is_not_hollow(name, pen):
    page = make_small_page(name, pen=(pen, pen))
    assert (find_ink(page.image).map[page.ink < 20] > 127).mean() > 0.95


def test_dark_rim_of_a_lens_is_no_ink_beside_a_broad_stroke():
    page = np.full((300, 225), 235, np.uint8)
    cv2.ellipse(page, (110, 140), (75, 105), 0, 0, 360, 60, 26)
    y, x = np.mgrid[-1:1:300j, -1:1:225j]
    picture = np.repeat((page * (1 - 0.35 * (x**2 + y**2)))[..., None], 3, axis=2).astype(np.uint8)
    assert measure_overlap(find_ink(picture).map, 255 - page) > 0.9


@pytest.mark.parametrize("seed", [15, 30, 56])
def test_ink_that_meets_the_dark_rim_of_a_lens_is_dark(seed):
    assert is_dark_on_light(rgb_to_gray(make_page("close-up", seed).image))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "ruled", "squared", "pencil", "vignette"])
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_ink_does_not_depend_on_resolution(name, factor):
    page = make_small_page(name, over=(), size=(900, 1200), blur=(0.8, 0.8), pen=(0.08, 0.08))
    scaled = cv2.resize(page.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    usual, other = find_ink(page.image), find_ink(scaled)
    size = usual.map.shape[::-1]
    assert measure_overlap(cv2.resize(other.map, size, interpolation=cv2.INTER_LINEAR), usual.map) > 0.75
    assert other.pen_width / other.scale == pytest.approx(usual.pen_width / usual.scale * factor, rel=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "ruled", "squared"])
@pytest.mark.parametrize("angle", [-8, 8])
def test_ink_does_not_depend_on_rotation(name, angle):
    page = make_small_page(name, over=(), size=(900, 1200))
    turn = cv2.getRotationMatrix2D((600, 450), angle, 0.9)
    image = cv2.warpAffine(page.image, turn, (1200, 900), borderMode=cv2.BORDER_REPLICATE)
    written = cv2.warpAffine(255 - page.ink, turn, (1200, 900))
    assert measure_overlap(find_ink(image).map, written) > 0.6


@pytest.mark.parametrize("name", ["plain", "coloured paper", "soft shadow", "ruled"])
def test_ink_does_not_depend_on_polarity_and_brightness(name):
    page = make_small_page(name)
    usual = find_ink(page.image)
    negative = find_ink(255 - page.image)
    dark = find_ink((page.image * 0.5).astype(np.uint8))
    assert [usual.dark_on_light, dark.dark_on_light, negative.dark_on_light] == [True, True, False]
    assert measure_overlap(dark.map, usual.map) > 0.85
    assert measure_overlap(negative.map, usual.map) > 0.7


@pytest.mark.parametrize("paper", ["white", "brown", "board"])
@pytest.mark.parametrize("over", [add_vignette, cast_soft_shadow, cast_hard_shadow, dim_light, crumple])
def test_blank_paper_has_no_ink(paper, over):
    blank = replace(KINDS["plain"], size=SIZE, papers=(paper,), over=(over,), strength=(0.0, 0.0))
    page = compose_page(["1"], blank, load_training_digits(), np.random.default_rng(1))
    assert (find_ink(page.image).map > 0).mean() < 0.001


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ruled", "squared"])
def test_blank_lined_paper_has_no_ink(name):
    page = make_small_page(name, size=(900, 1200), over=(), strength=(0.0, 0.0))
    assert (find_ink(page.image).map > 0).mean() < 0.004


def test_edge_of_a_hard_shadow_is_no_ink():
    page = make_small_page("hard shadow", size=(900, 1200))
    ink = find_ink(page.image).map
    near = cv2.dilate(255 - page.ink, np.ones((15, 15), np.uint8))
    assert (ink[near == 0] > 0).mean() < 0.001


def test_table_beside_the_paper_has_no_ink():
    page = make_small_page("turned, table", size=(900, 1200), over=(add_table,))
    ink = find_ink(page.image).map
    near = cv2.dilate(255 - page.ink, np.ones((15, 15), np.uint8))
    assert (ink[near == 0] > 0).mean() < 0.002
