import cv2
import numpy as np
import pytest

from digitnet.explain.perturbation import PERTURBATIONS, add_noise, change_pen_width, read_perturbed, rotate, shift
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import measure_pen_width


@pytest.fixture(scope="module")
def digit(mnist):
    return mnist[1].images[0]


@pytest.mark.parametrize("name", ["cnn", "mlp"])
def test_level_zero_gives_the_plain_probabilities(digit, name):
    classifier = Classifier.load(name)
    plain = classifier.predict_digit_probabilities(digit[np.newaxis])[0]
    found = read_perturbed(classifier, digit)
    assert list(found) == ["Rotation", "Shift", "Pen width", "Noise"]
    for perturbation in PERTURBATIONS:
        probabilities = found[perturbation.name]
        assert probabilities.shape == (len(perturbation.levels), 10)
        assert probabilities[perturbation.levels.index(0)] == pytest.approx(plain, abs=1e-3)


@pytest.mark.parametrize("perturbation", PERTURBATIONS, ids=lambda perturbation: perturbation.name)
def test_levels_ascend_and_zero_changes_nothing(digit, perturbation):
    pictures = perturbation.apply_levels(digit)
    assert pictures.shape == (len(perturbation.levels), 28, 28)
    assert list(perturbation.levels) == sorted(perturbation.levels)
    assert np.array_equal(pictures[perturbation.levels.index(0)], digit)
    assert not np.array_equal(pictures[0], pictures[-1])


def test_levels_span_their_ranges():
    ends = [(perturbation.levels[0], perturbation.levels[-1]) for perturbation in PERTURBATIONS]
    assert ends == [(-45, 45), (-6, 6), (-2, 3), (0, 0.5)]


def test_positive_rotation_is_clockwise():
    upright = np.zeros((28, 28), np.uint8)
    upright[4:24, 13:15] = 255
    rotated = rotate(upright, 45)
    assert rotated[6:10, 18:22].mean() > 100  # Its head lies to the right.
    assert rotated[6:10, 6:10].mean() == 0


def test_shift_moves_the_center_of_mass(digit):
    moments = cv2.moments(shift(digit, 3)), cv2.moments(digit)
    after, before = (moment["m10"] / moment["m00"] for moment in moments)
    assert after - before == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("pixels", [0.5, 1.0, 2.0])
def test_pen_becomes_wider_by_the_given_pixels(digit, pixels):
    assert measure_pen_width(change_pen_width(digit, pixels)) - measure_pen_width(digit) == pytest.approx(
        pixels, abs=0.45
    )


def test_ink_grows_with_the_pen(digit):
    ink = [change_pen_width(digit, pixels).sum() for pixels in (-2, -1, -0.5, 0.5, 1, 2, 3)]
    assert ink == sorted(ink)
    assert ink[2] < digit.sum() < ink[3]


def test_noise_is_repeatable_and_grows(digit):
    assert np.array_equal(add_noise(digit, 0.2), add_noise(digit, 0.2))
    spread = [np.abs(add_noise(digit, sigma).astype(int) - digit).mean() for sigma in (0.01, 0.1, 0.5)]
    assert spread == sorted(spread)


def test_perturbations_do_not_change_their_argument(digit):
    before = digit.copy()
    for perturbation in PERTURBATIONS:
        perturbation.apply_levels(digit)
    assert np.array_equal(digit, before)
