import numpy as np

from digitnet.explain.colormaps import ABOVE, BELOW, as_grid, diverging, lightness, overlaid


def test_weights_are_blue_white_and_orange():
    colours = diverging(np.array([-2, 0, 2, 5], np.float32), 2)
    assert colours.tolist() == [list(BELOW), [255] * 3, list(ABOVE), list(ABOVE)]


def test_outputs_go_from_black_to_white():
    assert lightness(np.array([[0, 1, 2]], np.float32), 0, 2)[0, :, 0].tolist() == [0, 128, 255]


def test_numbers_without_a_range_are_a_plain_picture():
    assert not lightness(np.zeros((2, 2), np.float32), 0, 0).any()
    assert diverging(np.zeros((2, 2), np.float32), 0).min() == 255


def test_map_of_nothing_leaves_the_digit_as_it_is(mnist):
    digit = mnist[1].images[0]
    laid = overlaid(digit, np.zeros((28, 28), np.float32), 1, scale=2)
    assert laid.shape == (56, 56, 3)
    assert np.array_equal(laid[::2, ::2, 0], digit)


def test_map_colours_where_it_is_strong():
    values = np.zeros((28, 28), np.float32)
    values[:8, :8], values[20:, 20:] = 1, -1
    laid = overlaid(np.zeros((28, 28), np.uint8), values, 1, scale=1).astype(int)
    assert laid[2, 2, 0] > laid[2, 2, 2] + 100
    assert laid[25, 25, 2] > laid[25, 25, 0] + 100
    assert not laid[14, 14].any()


def test_units_stand_row_by_row():
    grid = as_grid(np.arange(11, dtype=np.float32))
    assert grid.shape == (3, 5)
    assert grid.ravel()[:11].tolist() == list(range(11))
    assert np.isnan(grid.ravel()[11:]).all()
