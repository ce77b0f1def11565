import numpy as np

from digitnet.augmentation.stroke_rendering import smooth


def test_smooth_curve_goes_through_its_points():
    points = np.array([[0, 0], [1, 2], [3, 1], [4, 4]], float)
    curve = smooth(points, steps=5)
    assert all(np.abs(curve - point).sum(axis=1).min() < 1e-9 for point in points)
