import json
import sys

import numpy as np
import pytest

from benchmarks import number_levels
from benchmarks.composed_numbers import Kind
from benchmarks.number_levels import estimate, find_levels, fit
from benchmarks.number_measuring import Measured
from digitnet.models.number_levels import APART, FILE, PICTURE, WAYS


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


def test_sure_drawings_do_not_lower_the_level_of_pictures(measured):
    confidence = np.linspace(0, 1, 2000, endpoint=False)
    wrong_below = np.concatenate([confidence >= 0.9, confidence >= 0.2])
    numbers = measured._replace(right=wrong_below)
    levels = find_levels(np.tile(confidence, 2), numbers)
    assert levels["0.01"]["level"] == pytest.approx(0.9, abs=0.01)
    assert levels["0.01"]["accepted"] == pytest.approx(2 / 9, abs=0.02)


def test_level_that_drawings_need_counts_for_pictures_too(measured):
    confidence = np.linspace(0, 1, 2000, endpoint=False)
    numbers = measured._replace(right=np.concatenate([confidence >= 0.2, confidence >= 0.9]))
    assert find_levels(np.tile(confidence, 2), numbers)["0.01"]["level"] == pytest.approx(0.9, abs=0.01)


def test_command_writes_weights_of_each_way_and_levels(measured, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(number_levels, "RESOURCES", tmp_path)
    monkeypatch.setattr(number_levels, "list_kinds", lambda *_: {"drawn": Kind(0, lambda: iter(()))})
    monkeypatch.setattr(number_levels, "measure", lambda *_: measured)
    monkeypatch.setattr(sys, "argv", ["number_levels.py", "--hands", str(tmp_path), "--write"])
    number_levels.main()
    content = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert {way: len(weights) for way, weights in content["weights"].items()} == dict.fromkeys(WAYS, 4)
    assert content["accept"].keys() >= {"0.05", "0.02"}
    assert "| confidence, drawings | numbers | right |" in capsys.readouterr().out
