from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.page_composition import compose_page
from benchmarks.page_ink import load_training_digits
from benchmarks.page_kinds import KINDS
from digitnet.preprocessing.sheets import find_sheets
from digitnet.preprocessing.straightening import cut_out_sheet, fill_outside
from tests.helpers.laid_sheets import CLOTH, WOOD, lay, make_ground

CORNERS = [(150, 90), (650, 130), (620, 420), (120, 400)]


def make_page(name, seed=0):
    kind = replace(KINDS[name], size=(600, 800))
    return compose_page(["204", "571"], kind, load_training_digits(), np.random.default_rng(seed)).image


@pytest.mark.parametrize("color", [WOOD, CLOTH, (150, 40, 40)])
def test_corners_of_a_sheet_are_found_to_a_few_pixels(paper, color):
    picture = make_ground(500, 800, color)
    lay(picture, paper().number("20475").gray(), CORNERS)
    (sheet,) = find_sheets(picture)
    assert np.abs(sheet.corners - np.array(CORNERS)).max() < 6
    assert np.abs(sheet.outline[:, None] - sheet.corners).sum(axis=2).min(axis=1).max() < 1


@pytest.mark.parametrize("name", ["sheet on a ground", "sheet at an angle", "small sheet", "dark strip"])
@pytest.mark.parametrize("seed", [0, 1])
def test_one_sheet_is_found_on_generated_pages(name, seed):
    assert len(find_sheets(make_page(name, seed))) == 1


@pytest.mark.parametrize(("texture", "count"), [(0.15, 1), (0.0, 0)])
def test_gray_ground_at_one_side_is_told_from_a_shadow_by_its_texture(paper, texture, count):
    rng = np.random.default_rng(0)
    page = paper(height=900, width=1200).number("204").gray().astype(np.float32)
    grain = cv2.GaussianBlur(rng.standard_normal((900, 150), np.float32), (0, 0), 2)
    page[:, -150:] *= 0.5 * (1 + texture * grain / grain.std())
    noisy = (page + rng.normal(0, 2, page.shape)).clip(0, 255).astype(np.uint8)
    assert len(find_sheets(np.repeat(noisy[..., None], 3, axis=2))) == count


@pytest.mark.parametrize("lit", [200, 285, 330])
def test_shadow_on_squared_paper_is_no_ground_however_bright_the_paper_is_lit(lit):
    """The lines are 60 levels darker than the paper; where the light is too strong for the camera, they are lost."""
    light = np.full((900, 1200), lit, np.float32)
    light[::30] -= 60
    light[:, ::30] -= 60
    light[:, 780:] *= 0.6
    page = cv2.GaussianBlur(light, (0, 0), 1.5) + np.random.default_rng(0).normal(0, 2, light.shape)
    assert find_sheets(np.repeat(page.clip(0, 255).astype(np.uint8)[..., None], 3, axis=2)) == []


def test_two_sheets_come_from_the_top():
    upper, lower = find_sheets(make_page("two sheets"))
    assert upper.outline[:, 1].mean() < lower.outline[:, 1].mean()


def test_sheets_side_by_side_come_from_the_left(paper):
    picture = make_ground(400, 800)
    for left, top in ((430, 40), (60, 70)):
        lay(picture, paper().number("204").gray(), [(left, top), (left + 300, top), (left + 300, 330), (left, 330)])
    left, right = find_sheets(picture)
    assert left.outline[:, 0].max() < right.outline[:, 0].min()


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].size == (900, 1200) and "sheet" not in name])
def test_paper_that_fills_the_picture_is_no_sheet(name):
    kind = replace(
        KINDS[name], size=(600, 800), over=tuple(each for each in KINDS[name].over if "add_" not in str(each))
    )
    page = compose_page(["204", "571"], kind, load_training_digits(), np.random.default_rng(0))
    assert find_sheets(page.image) == []


def test_board_in_a_light_frame_is_no_sheet(paper):
    board = 255 - paper(ground=200).number("20475").gray()
    framed = cv2.copyMakeBorder(board, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=170)
    assert find_sheets(np.repeat(framed[..., None], 3, axis=2)) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (127, 127), (128, 128), (130, 9000)])
def test_pictures_of_extreme_sizes_have_no_sheet(shape):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    assert find_sheets(noise) == []


def test_sheet_is_stood_straight(paper):
    picture, sheet = make_ground(500, 800), paper().number("20475").gray()
    lay(picture, sheet, CORNERS)
    (found,) = find_sheets(picture)
    view = cut_out_sheet(picture, found, 2000)
    expected = cv2.resize(sheet, view.image.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(view.image[..., 0].astype(float) - expected).mean() < 12
    assert view.image.min(axis=2)[:, [0, -1]].min() > 150


def test_larger_sheet_is_scaled_down(paper):
    picture = make_ground(500, 800)
    lay(picture, paper().number("20475").gray(), CORNERS)
    (found,) = find_sheets(picture)
    assert max(cut_out_sheet(picture, found, 200).image.shape) == 200


def test_fill_takes_the_color_of_the_paper():
    picture = np.full((100, 200, 3), (240, 200, 90), np.uint8)
    mask = np.zeros((100, 200), np.uint8)
    mask[:, :120] = 255
    picture[:, 120:] = 0
    filled = fill_outside(picture, mask)
    assert np.abs(filled.astype(int) - (240, 200, 90)).max() <= 3
