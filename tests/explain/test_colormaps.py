import numpy as np

from digitnet.explain.colormaps import (
    NEGATIVE_COLOR,
    POSITIVE_COLOR,
    apply_diverging_colors,
    apply_grays,
    arrange_in_grid,
    overlay_map,
)


def test_diverging_colors_are_blue_white_and_orange():
    colors = apply_diverging_colors(np.array([-2, 0, 2, 5], np.float32), 2)
    assert colors.tolist() == [list(NEGATIVE_COLOR), [255] * 3, list(POSITIVE_COLOR), list(POSITIVE_COLOR)]


def test_grays_go_from_black_to_white():
    assert apply_grays(np.array([[0, 1, 2]], np.float32), 0, 2)[0, :, 0].tolist() == [0, 128, 255]


def test_numbers_without_a_range_give_a_plain_picture():
    assert not apply_grays(np.zeros((2, 2), np.float32), 0, 0).any()
    assert apply_diverging_colors(np.zeros((2, 2), np.float32), 0).min() == 255


def test_map_of_zeros_leaves_the_digit_unchanged(mnist):
    digit = mnist[1].images[0]
    overlaid = overlay_map(digit, np.zeros((28, 28), np.float32), 1, scale=2)
    assert overlaid.shape == (56, 56, 3)
    assert np.array_equal(overlaid[::2, ::2, 0], digit)


def test_map_colors_the_digit_where_it_is_strong():
    values = np.zeros((28, 28), np.float32)
    values[:8, :8], values[20:, 20:] = 1, -1
    overlaid = overlay_map(np.zeros((28, 28), np.uint8), values, 1, scale=1).astype(int)
    assert overlaid[2, 2, 0] > overlaid[2, 2, 2] + 100
    assert overlaid[25, 25, 2] > overlaid[25, 25, 0] + 100
    assert not overlaid[14, 14].any()


def test_grid_holds_the_units_row_by_row():
    grid = arrange_in_grid(np.arange(11, dtype=np.float32))
    assert grid.shape == (3, 5)
    assert grid.ravel()[:11].tolist() == list(range(11))
    assert np.isnan(grid.ravel()[11:]).all()
