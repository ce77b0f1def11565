import numpy as np
import pytest

from benchmarks.number_levels import estimate, fit
from benchmarks.number_measuring import Measured
from digitnet.models.number_levels import APART, PICTURE


@pytest.fixture(scope="module")
def measured():
    """Numbers that are as likely right as their second feature says; those that stand apart as their third one."""
    rng = np.random.default_rng(3)
    features = np.column_stack([np.ones(4000), rng.normal(0, 2, (4000, 3))])
    way = np.repeat([PICTURE, APART], 2000)
    telling = np.where(way == PICTURE, features[:, 1], features[:, 2])
    right = rng.random(4000) < 1 / (1 + np.exp(-telling))
    return Measured(features, way, right, np.ones(4000), right, 4000, 0)


def test_each_way_has_weights_of_its_own(measured):
    weights = {way: fit(measured, way) for way in (PICTURE, APART)}
    assert weights[PICTURE] == pytest.approx([0, 1, 0, 0], abs=0.15)
    assert weights[APART] == pytest.approx([0, 0, 1, 0], abs=0.15)
    sure = estimate(measured, weights)
    assert measured.right[sure > 0.9].mean() == pytest.approx(sure[sure > 0.9].mean(), abs=0.03)


def test_no_feature_has_a_negative_weight(measured):
    opposite = measured._replace(right=~measured.right)
    assert (fit(opposite, PICTURE)[1:] >= 0).all()
