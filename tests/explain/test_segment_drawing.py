import numpy as np

from digitnet.explain.segment_drawing import color_of, draw_parts, draw_placement, draw_sides, magnify
from digitnet.preprocessing.normalization import locate_ink, normalize
from digitnet.segmentation.oversegmentation import Segment


def part(left, top, width, height):
    return Segment(np.array([left, top, left + width, top + height]), np.full((height, width), 255, np.uint8))


def test_each_part_has_its_colour_and_paper_stays_white():
    picture = draw_parts([part(10, 20, 5, 8), part(18, 22, 4, 4)], np.array([10, 20, 30, 40], np.int32))
    assert picture.shape == (20, 20, 3)
    assert tuple(picture[0, 0]) == color_of(0)
    assert tuple(picture[2, 8]) == color_of(1) != color_of(0)
    assert tuple(picture[-1, -1]) == (255, 255, 255)


def test_margin_and_chosen_colours_are_kept():
    picture = draw_parts([part(0, 0, 4, 4)], np.array([0, 0, 4, 4], np.int32), [(1, 2, 3)], margin=3)
    assert picture.shape == (10, 10, 3)
    assert tuple(picture[3, 3]) == (1, 2, 3)
    assert tuple(picture[2, 2]) == (255, 255, 255)


def test_small_pictures_are_magnified_by_whole_pixels_and_large_ones_stay():
    small = np.arange(6, dtype=np.uint8).reshape(2, 3)
    large = magnify(small, 9)
    assert large.shape == (6, 9)
    assert np.array_equal(large[::3, ::3], small)
    assert magnify(large, 9) is large


def test_box_and_centre_are_drawn_on_the_digit(mnist):
    picture = normalize([mnist[1].images[0]])[0]
    drawn = draw_placement(picture, locate_ink(picture), factor=10)
    assert drawn.shape == (280, 280, 3)
    left, top, _, _ = locate_ink(picture).box
    assert tuple(drawn[top * 10, left * 10]) == (0, 114, 178)
    x, y = locate_ink(picture).center
    assert tuple(drawn[round(y * 10 + 5), round(x * 10 + 5)]) == (230, 159, 0)


def test_ink_of_a_candidate_and_around_it_has_two_colours_and_a_third_where_they_share_ink():
    sides = np.zeros((4, 3, 2), np.uint8)
    sides[0, :, 0] = sides[:, 1, 1] = 255
    drawn = draw_sides(sides)
    assert drawn.shape == (4, 3, 3)
    assert drawn[3, 0].tolist() == [255, 255, 255]
    assert drawn[0, 0].tolist() == list(color_of(0))
    assert drawn[3, 1].tolist() == list(color_of(1))
    assert (drawn[0, 1] <= np.minimum(drawn[0, 0], drawn[3, 1])).all()
