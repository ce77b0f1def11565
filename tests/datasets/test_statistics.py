import numpy as np
import pytest

from digitnet.datasets.mnist import Digits
from digitnet.datasets.statistics import average_digits, count_labels, measure_pixels


@pytest.fixture(scope="module")
def averaged(mnist):
    return average_digits(mnist[1])


def test_counts_sum_to_all_digits(mnist):
    training, test = mnist
    assert count_labels(training.labels).sum() == 60_000
    assert count_labels(test.labels).sum() == 10_000


def test_mean_zero_is_a_ring_with_a_dark_middle(averaged):
    zero, one = averaged.means[:2]
    assert zero[13:15, 13:15].max() < 0.15
    assert zero[14, 5:12].max() > 0.5
    assert one[13:15, 13:15].min() > 0.6
    assert zero[:2].max() < 0.01


def test_means_and_variances_are_those_of_the_pixels(mnist, averaged):
    pictures = mnist[1].images[mnist[1].labels == 4] / 255.0
    assert np.allclose(averaged.means[4], pictures.mean(axis=0), atol=1e-6)
    assert np.allclose(averaged.variances[4], pictures.var(axis=0), atol=1e-6)
    assert 0 <= averaged.variances.min() <= averaged.variances.max() <= 0.25


def test_label_without_digits_has_an_empty_mean(mnist):
    averaged = average_digits(Digits(mnist[1].images[:1], np.array([7], np.uint8)))
    assert averaged.counts.tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert averaged.variances.max() < 1e-6
    assert averaged.means.sum(axis=(1, 2)).nonzero()[0].tolist() == [7]


def test_mean_and_deviation_are_those_of_all_pixels(mnist):
    digits = mnist[1].select(slice(500))
    pixels = digits.images / 255
    assert measure_pixels(average_digits(digits)) == pytest.approx((pixels.mean(), pixels.std()), abs=1e-4)
