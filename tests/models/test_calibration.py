import numpy as np
import pytest

from digitnet.models.calibration import apply_temperature, find_acceptance_levels, fit_temperature, measure_wrong_shares


def sample_predictions(temperature, count=4000, classes=10):
    """Return probabilities with logits `temperature` times too large, and labels."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (count, classes))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(classes, p=row) for row in true], np.uint8)
    powers = np.exp(logits * temperature)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32), labels


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_of_overconfident_network_is_found(temperature):
    probabilities, labels = sample_predictions(temperature)
    assert fit_temperature(probabilities, labels) == pytest.approx(temperature, rel=0.1)


def test_temperature_keeps_prediction_and_sum():
    probabilities, _ = sample_predictions(1.0, count=50)
    softened = apply_temperature(probabilities, 2.0)
    assert np.array_equal(softened.argmax(axis=1), probabilities.argmax(axis=1))
    assert np.allclose(softened.sum(axis=1), 1, atol=1e-5)
    assert (softened.max(axis=1) <= probabilities.max(axis=1) + 1e-6).all()


def test_temperature_of_zero_probability_is_finite():
    assert np.isfinite(apply_temperature(np.array([[1.0, 0.0]], np.float32), 1.5)).all()


def test_accepted_digits_keep_the_risk():
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.5, 1, 5000).astype(np.float32)
    right = rng.random(5000) < confidence
    levels = find_acceptance_levels(confidence, right)
    for risk, entry in levels.items():
        accepted = confidence >= entry["level"]
        assert (~right[accepted]).mean() <= float(risk)
    assert [entry["accepted"] for entry in levels.values()] == sorted(
        (e["accepted"] for e in levels.values()), reverse=True
    )


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def sample_models(rng, count):
    """Return confidence and correctness of a calibrated network and of its fine-tuned successor."""
    before = np.abs(rng.normal(6, 3, count))
    after = np.abs(before + rng.normal(0.1, 0.3, count))
    luck = rng.random(count)
    return [(sigmoid(logit).astype(np.float32), luck < sigmoid(logit)) for logit in (before, after)]


def find_true_share(risk):
    """Return the true share of predictions to accept at a risk, and the sorted confidence."""
    ((_, _), (confidence, _)) = sample_models(np.random.default_rng(99), 400_000)
    ordered = np.sort(confidence)[::-1]
    return float(np.mean(np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1) <= risk)), ordered


def extract_levels(entries):
    return {float(risk): entry["level"] for risk, entry in entries.items()}


def test_level_is_more_accurate_with_the_previous_model():
    rng = np.random.default_rng(2)
    true, ordered = find_true_share(0.01)
    found = {"alone": [], "fine-tuned": []}
    for _ in range(60):
        before, after = sample_models(rng, 12_000)
        small_before, small_after = ([values[:4000] for values in model] for model in (before, after))
        shares = measure_wrong_shares(extract_levels(find_acceptance_levels(*before)), *small_before)
        for name, levels in (
            ("alone", find_acceptance_levels(*small_after)),
            ("fine-tuned", find_acceptance_levels(*small_after, shares)),
        ):
            found[name].append(float(np.mean(ordered >= levels["0.01"]["level"])))
    assert np.mean(found["alone"]) == pytest.approx(true, abs=0.01)
    assert np.mean(found["fine-tuned"]) == pytest.approx(true, abs=0.01)
    assert np.std(found["fine-tuned"]) < 0.9 * np.std(found["alone"])


def test_unchanged_model_keeps_its_levels():
    before, _ = sample_models(np.random.default_rng(3), 12_000)
    few = [values[:4000] for values in before]
    levels = extract_levels(find_acceptance_levels(*before))
    shares = measure_wrong_shares(levels, *few)
    again = extract_levels(find_acceptance_levels(*few, shares))
    assert {0.05, 0.02, 0.01} <= set(shares)
    assert [again[risk] for risk in shares] == pytest.approx([levels[risk] for risk in shares], abs=0.02)


@pytest.mark.parametrize("shares", [None, {0.05: 0.01, 0.01: 0.03, 0.001: 0.0}])
def test_smaller_risk_never_has_a_lower_level(shares):
    levels = extract_levels(find_acceptance_levels(*sample_models(np.random.default_rng(4), 4000)[1], shares))
    assert [levels[risk] for risk in sorted(levels)] == sorted(levels.values(), reverse=True)


def test_level_with_few_mistakes_has_no_share():
    confidence, right = np.repeat([0.96, 0.9, 0.85], 20), np.repeat([True, True, False], 20)
    right[0] = False
    assert measure_wrong_shares({0.001: 0.97, 0.01: 0.95, 0.05: 0.8}, confidence, right) == {0.05: 0.35}


def test_risk_that_cannot_be_kept_has_no_level():
    assert find_acceptance_levels(np.array([0.9, 0.8], np.float32), np.array([False, False])) == {}
