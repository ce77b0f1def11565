import numpy as np
import pytest

from digitnet.calibration import accept_levels, fit_temperature, tempered


def sampled(temperature, count=4000, classes=10):
    """Answers of a network whose logits are `temperature` times too large, and the truth."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (count, classes))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(classes, p=row) for row in true], np.uint8)
    loud = np.exp(logits * temperature)
    return (loud / loud.sum(axis=1, keepdims=True)).astype(np.float32), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_of_a_network_that_is_too_sure_is_found(temperature):
    probabilities, labels = sampled(temperature)
    assert fit_temperature(probabilities, labels) == pytest.approx(temperature, rel=0.1)


def test_tempering_keeps_the_answer_and_the_sum():
    probabilities, _ = sampled(1.0, count=50)
    mild = tempered(probabilities, 2.0)
    assert np.array_equal(mild.argmax(axis=1), probabilities.argmax(axis=1))
    assert np.allclose(mild.sum(axis=1), 1, atol=1e-5)
    assert (mild.max(axis=1) <= probabilities.max(axis=1) + 1e-6).all()


def test_probabilities_of_nought_can_be_tempered():
    assert np.isfinite(tempered(np.array([[1.0, 0.0]], np.float32), 1.5)).all()


def test_accepted_digits_keep_their_risk():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 5000).astype(np.float32)
    right = rng.random(5000) < confidence
    levels = accept_levels(confidence, right)
    for risk, entry in levels.items():
        accepted = confidence >= entry["level"]
        assert (~right[accepted]).mean() <= float(risk)
    assert [entry["accepted"] for entry in levels.values()] == sorted(
        (e["accepted"] for e in levels.values()), reverse=True
    )


def test_risk_that_cannot_be_kept_has_no_level():
    assert accept_levels(np.array([0.9, 0.8], np.float32), np.array([False, False])) == {}
