import numpy as np
import pytest

from digitnet.models.calibration import apply_temperature, find_acceptance_levels, fit_temperature, measure_wrong_shares


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
    mild = apply_temperature(probabilities, 2.0)
    assert np.array_equal(mild.argmax(axis=1), probabilities.argmax(axis=1))
    assert np.allclose(mild.sum(axis=1), 1, atol=1e-5)
    assert (mild.max(axis=1) <= probabilities.max(axis=1) + 1e-6).all()


def test_probabilities_of_nought_can_be_tempered():
    assert np.isfinite(apply_temperature(np.array([[1.0, 0.0]], np.float32), 1.5)).all()


def test_accepted_digits_keep_their_risk():
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


def continued(rng, count):
    """Perfectly calibrated answers of a network and of the one that continues it: confidence and right of both."""
    before = np.abs(rng.normal(6, 3, count))
    after = np.abs(before + rng.normal(0.1, 0.3, count))
    luck = rng.random(count)
    return [(sigmoid(logit).astype(np.float32), luck < sigmoid(logit)) for logit in (before, after)]


def accepted_truly(risk):
    """The share of all answers of the network that continues that may be accepted at a risk."""
    ((_, _), (confidence, _)) = continued(np.random.default_rng(99), 400_000)
    ordered = np.sort(confidence)[::-1]
    return float(np.mean(np.cumsum(1 - ordered) / np.arange(1, len(ordered) + 1) <= risk)), ordered


def levels_of(entries):
    return {float(risk): entry["level"] for risk, entry in entries.items()}


def test_level_is_near_the_true_one_and_nearer_with_that_of_the_model_before():
    rng = np.random.default_rng(2)
    true, ordered = accepted_truly(0.01)
    found = {"alone": [], "continued": []}
    for _ in range(60):
        before, after = continued(rng, 12_000)
        few_before, few_after = ([values[:4000] for values in each] for each in (before, after))
        shares = measure_wrong_shares(levels_of(find_acceptance_levels(*before)), *few_before)
        for name, levels in (
            ("alone", find_acceptance_levels(*few_after)),
            ("continued", find_acceptance_levels(*few_after, shares)),
        ):
            found[name].append(float(np.mean(ordered >= levels["0.01"]["level"])))
    assert np.mean(found["alone"]) == pytest.approx(true, abs=0.01)
    assert np.mean(found["continued"]) == pytest.approx(true, abs=0.01)
    assert np.std(found["continued"]) < 0.9 * np.std(found["alone"])


def test_model_that_did_not_change_keeps_its_levels():
    before, _ = continued(np.random.default_rng(3), 12_000)
    few = [values[:4000] for values in before]
    levels = levels_of(find_acceptance_levels(*before))
    shares = measure_wrong_shares(levels, *few)
    again = levels_of(find_acceptance_levels(*few, shares))
    assert {0.05, 0.02, 0.01} <= set(shares)
    assert [again[risk] for risk in shares] == pytest.approx([levels[risk] for risk in shares], abs=0.02)


@pytest.mark.parametrize("shares", [None, {0.05: 0.01, 0.01: 0.03, 0.001: 0.0}])
def test_smaller_risk_never_has_a_lower_level(shares):
    levels = levels_of(find_acceptance_levels(*continued(np.random.default_rng(4), 4000)[1], shares))
    assert [levels[risk] for risk in sorted(levels)] == sorted(levels.values(), reverse=True)


def test_level_that_few_mistakes_reach_tells_no_share():
    confidence, right = np.repeat([0.96, 0.9, 0.85], 20), np.repeat([True, True, False], 20)
    right[0] = False
    assert measure_wrong_shares({0.001: 0.97, 0.01: 0.95, 0.05: 0.8}, confidence, right) == {0.05: 0.35}


def test_risk_that_cannot_be_kept_has_no_level():
    assert find_acceptance_levels(np.array([0.9, 0.8], np.float32), np.array([False, False])) == {}
