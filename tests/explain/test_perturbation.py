import cv2
import numpy as np
import pytest

from digitnet.explain.perturbation import PERTURBATIONS, answers, noisy, rewritten, rotated, shifted
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import measure_pen_width


@pytest.fixture(scope="module")
def digit(mnist):
    return mnist[1].images[0]


@pytest.mark.parametrize("name", ["cnn", "mlp"])
def test_at_zero_change_every_series_is_the_plain_answer(digit, name):
    classifier = Classifier.load(name)
    plain = classifier.predict_digit_probabilities(digit[np.newaxis])[0]
    found = answers(classifier, digit)
    assert list(found) == ["Rotation", "Shift", "Pen width", "Noise"]
    for each in PERTURBATIONS:
        assert found[each.name].shape == (len(each.levels), 10)
        assert found[each.name][each.levels.index(0)] == pytest.approx(plain, abs=1e-3)


@pytest.mark.parametrize("each", PERTURBATIONS, ids=lambda each: each.name)
def test_levels_ascend_and_zero_leaves_the_digit_as_it_is(digit, each):
    pictures = each.pictures(digit)
    assert pictures.shape == (len(each.levels), 28, 28)
    assert list(each.levels) == sorted(each.levels)
    assert np.array_equal(pictures[each.levels.index(0)], digit)
    assert not np.array_equal(pictures[0], pictures[-1])


def test_ranges_are_those_that_are_named():
    ends = [(each.levels[0], each.levels[-1]) for each in PERTURBATIONS]
    assert ends == [(-45, 45), (-6, 6), (-2, 3), (0, 0.5)]


def test_rotation_above_zero_is_clockwise():
    upright = np.zeros((28, 28), np.uint8)
    upright[4:24, 13:15] = 255
    turned = rotated(upright, 45)
    assert turned[6:10, 18:22].mean() > 100  # its head lies to the right
    assert turned[6:10, 6:10].mean() == 0


def test_shift_moves_the_centre_of_mass(digit):
    moved = cv2.moments(shifted(digit, 3)), cv2.moments(digit)
    right, before = (each["m10"] / each["m00"] for each in moved)
    assert right - before == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("by", [0.5, 1.0, 2.0])
def test_pen_becomes_as_much_wider(digit, by):
    assert measure_pen_width(rewritten(digit, by)) - measure_pen_width(digit) == pytest.approx(by, abs=0.45)


def test_ink_grows_with_the_pen(digit):
    ink = [rewritten(digit, by).sum() for by in (-2, -1, -0.5, 0.5, 1, 2, 3)]
    assert ink == sorted(ink)
    assert ink[2] < digit.sum() < ink[3]


def test_noise_is_the_same_each_time_and_grows(digit):
    assert np.array_equal(noisy(digit, 0.2), noisy(digit, 0.2))
    spread = [np.abs(noisy(digit, sigma).astype(int) - digit).mean() for sigma in (0.01, 0.1, 0.5)]
    assert spread == sorted(spread)


def test_argument_is_not_changed(digit):
    before = digit.copy()
    for each in PERTURBATIONS:
        each.pictures(digit)
    assert np.array_equal(digit, before)
