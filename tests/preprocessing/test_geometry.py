import numpy as np

from digitnet.preprocessing.geometry import get_rim, scale_down


def test_scaled_picture_keeps_at_least_one_pixel():
    assert scale_down(np.zeros((3, 400), np.uint8), 0.1).shape == (1, 40)
    assert scale_down(np.zeros((30, 400, 3), np.uint8), 0.1).shape == (3, 40, 3)


def test_picture_is_never_scaled_up():
    picture = np.zeros((3, 4), np.uint8)
    assert scale_down(picture, 2.0) is picture


def test_rim_has_the_values_of_all_four_sides():
    assert get_rim(np.arange(9).reshape(3, 3)).tolist() == [0, 1, 2, 6, 7, 8, 0, 3, 6, 2, 5, 8]
