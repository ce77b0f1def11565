import numpy as np
import pytest

from digitnet.models import store
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import Evaluation, compute_loss, evaluate, measure, measure_accuracy


def test_confusion_matrix_counts_every_digit(mnist, cnn):
    digits = mnist[1].select(slice(1000))
    counts = evaluate(cnn, digits).confusion
    assert counts.shape == (10, 10)
    assert counts.sum() == 1000
    assert counts.trace() / 1000 == pytest.approx(measure_accuracy(cnn, digits))


def make_evaluation(*probabilities, labels):
    """Return the evaluation of digits with these probabilities of 0 and 1."""
    rows = np.zeros((len(labels), 10), np.float32)
    rows[:, :2] = probabilities
    return Evaluation(rows, np.array(labels, np.uint8))


def test_accuracy_is_measured_for_each_digit():
    result = make_evaluation((0.9, 0.1), (0.2, 0.8), (0.6, 0.4), labels=[0, 1, 1])
    assert result.accuracy == pytest.approx(2 / 3)
    assert result.digit_accuracy[:2].tolist() == [1, 0.5]
    assert np.isnan(result.digit_accuracy[2:]).all()


def test_loss_is_the_mean_negative_logarithm_of_the_true_digit_s_probability():
    outputs, labels = np.array([(0.5, 0.5), (0.75, 0.25), (1, 0)], np.float32), np.array([0, 1, 1], np.uint8)
    assert compute_loss(outputs, labels) == pytest.approx(-np.log([0.5, 0.25, 1e-7]).mean())


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_measured_loss_is_that_before_the_temperature(mnist, temperature):
    digits = mnist[1].select(slice(500))
    plain = Classifier(store.load_tflite("mlp"))
    measured = measure(Classifier(store.load_tflite("mlp"), temperature=temperature), digits)
    assert measured["test_loss"] == pytest.approx(evaluate(plain, digits).loss, abs=1e-6)
    assert (measured["test_digits"], measured["test_accuracy"]) == (500, measure_accuracy(plain, digits))


def test_hardest_digits_are_most_confident_mistakes():
    result = make_evaluation((0.6, 0.4), (0.9, 0.1), (0.2, 0.8), (0.1, 0.9), labels=[1, 1, 0, 1])
    assert result.find_hardest(10).tolist() == [1, 2, 0]
    assert result.find_hardest(1).tolist() == [1]


def test_digits_of_a_cell_begin_with_the_most_confident():
    result = make_evaluation((0.6, 0.4), (0.9, 0.1), (0.2, 0.8), (0.1, 0.9), labels=[1, 1, 1, 1])
    assert result.find_cell(1, 0).tolist() == [1, 0]
    assert result.find_cell(1, 1).tolist() == [3, 2]
    assert result.find_cell(0, 1).tolist() == []


def test_most_ambiguous_digits_have_smallest_margins(mnist, cnn):
    digits = mnist[1].select(slice(2000))
    result = evaluate(cnn, digits)
    indices = result.find_most_ambiguous(20)
    rest = np.delete(result.margin, indices)
    assert len(indices) == 20
    assert result.margin[indices].max() <= rest.min()
    assert (np.diff(result.margin[indices]) >= 0).all()


def test_margin_is_between_two_best_classes():
    result = make_evaluation((0.6, 0.4), (0.5, 0.5), (0.1, 0.9), labels=[0, 0, 0])
    assert result.margin == pytest.approx([0.2, 0, 0.8])
    assert result.find_most_ambiguous(2).tolist() == [1, 0]


def test_no_digit_is_one_of_the_classes():
    result = make_evaluation((0.1, 0.05), (0.5, 0.0), labels=[0, 0])
    assert result.class_probabilities[:, 10] == pytest.approx([0.85, 0.5])
    assert result.margin == pytest.approx([0.75, 0], abs=1e-6)


def test_calibrated_confidence_has_no_error():
    result = make_evaluation(*[(0.75, 0.25)] * 4, labels=[0, 0, 0, 1])
    assert result.measure_calibration().error == pytest.approx(0)
    assert result.measure_calibration().count.tolist() == [4]


def test_overconfidence_is_calibration_error():
    result = make_evaluation(*[(1, 0)] * 4, labels=[0, 0, 1, 1])
    calibration = result.measure_calibration(bins=15)
    assert calibration.error == pytest.approx(0.5)
    assert (calibration.confidence.tolist(), calibration.right.tolist()) == ([1], [0.5])
