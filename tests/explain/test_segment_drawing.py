import numpy as np

from digitnet.explain.segment_drawing import (
    draw_context_view,
    draw_placement,
    draw_segments,
    get_segment_color,
    magnify,
)
from digitnet.preprocessing.normalization import locate_ink, normalize
from digitnet.segmentation.oversegmentation import Segment


def make_segment(left, top, width, height):
    return Segment(np.array([left, top, left + width, top + height]), np.full((height, width), 255, np.uint8))


def test_segments_differ_in_color_on_white_paper():
    segments = [make_segment(10, 20, 5, 8), make_segment(18, 22, 4, 4)]
    picture = draw_segments(segments, np.array([10, 20, 30, 40], np.int32))
    assert picture.shape == (20, 20, 3)
    assert tuple(picture[0, 0]) == get_segment_color(0)
    assert tuple(picture[2, 8]) == get_segment_color(1) != get_segment_color(0)
    assert tuple(picture[-1, -1]) == (255, 255, 255)


def test_segments_keep_given_margin_and_colors():
    picture = draw_segments([make_segment(0, 0, 4, 4)], np.array([0, 0, 4, 4], np.int32), [(1, 2, 3)], margin=3)
    assert picture.shape == (10, 10, 3)
    assert tuple(picture[3, 3]) == (1, 2, 3)
    assert tuple(picture[2, 2]) == (255, 255, 255)


def test_magnify_repeats_pixels_of_small_pictures_only():
    small = np.arange(6, dtype=np.uint8).reshape(2, 3)
    large = magnify(small, 9)
    assert large.shape == (6, 9)
    assert np.array_equal(large[::3, ::3], small)
    assert magnify(large, 9) is large


def test_placement_draws_box_and_center_of_the_digit(mnist):
    picture = normalize([mnist[1].images[0]])[0]
    drawn = draw_placement(picture, locate_ink(picture), factor=10)
    assert drawn.shape == (280, 280, 3)
    left, top, _, _ = locate_ink(picture).box
    assert tuple(drawn[top * 10, left * 10]) == (0, 114, 178)
    x, y = locate_ink(picture).center
    assert tuple(drawn[round(y * 10 + 5), round(x * 10 + 5)]) == (230, 159, 0)


def test_context_view_has_two_colors_darker_where_both_lie():
    view = np.zeros((4, 3, 2), np.uint8)
    view[0, :, 0] = view[:, 1, 1] = 255
    drawn = draw_context_view(view)
    assert drawn.shape == (4, 3, 3)
    assert drawn[3, 0].tolist() == [255, 255, 255]
    assert drawn[0, 0].tolist() == list(get_segment_color(0))
    assert drawn[3, 1].tolist() == list(get_segment_color(1))
    assert (drawn[0, 1] <= np.minimum(drawn[0, 0], drawn[3, 1])).all()
