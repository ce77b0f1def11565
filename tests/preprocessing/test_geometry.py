import numpy as np
import pytest

from digitnet.preprocessing.geometry import fit_polynomial, get_rim, scale_down


def test_scaled_picture_keeps_at_least_one_pixel():
    assert scale_down(np.zeros((3, 400), np.uint8), 0.1).shape == (1, 40)
    assert scale_down(np.zeros((30, 400, 3), np.uint8), 0.1).shape == (3, 40, 3)


def test_picture_is_never_scaled_up():
    picture = np.zeros((3, 4), np.uint8)
    assert scale_down(picture, 2.0) is picture


def test_rim_has_the_values_of_all_four_sides():
    assert get_rim(np.arange(9).reshape(3, 3)).tolist() == [0, 1, 2, 6, 7, 8, 0, 3, 6, 2, 5, 8]


@pytest.mark.parametrize("degree", [1, 2])
def test_fitted_curve_passes_nearest_to_its_points(degree):
    rng = np.random.default_rng(0)
    x = np.sort(rng.integers(0, 2000, 500))
    y = 7 - 0.02 * x + 1e-5 * x**2 + rng.normal(0, 1, len(x))
    curve, expected = fit_polynomial(x, y, degree), np.polyfit(x, y, degree)
    assert np.allclose(np.polyval(curve, x), np.polyval(expected, x), atol=1e-6)


def test_points_in_one_column_are_fitted_by_their_mean():
    assert fit_polynomial(np.array([5, 5]), np.array([1.0, 2.0]), 1).tolist() == [0.0, 1.5]
