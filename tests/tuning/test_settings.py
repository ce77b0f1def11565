import json

import pytest

from digitnet.errors import ConfigError, DigitnetError
from digitnet.experiments.config import TEST_SET, TrainingConfig
from digitnet.tuning.samplers import make_pruner
from digitnet.tuning.settings import SearchSettings

BASE = TrainingConfig.from_recipe("quick")
SPACE = "batch_size = [32, 64]"


def make(space=SPACE, config=BASE, **settings):
    return SearchSettings(**{"name": "s", "config": config, "space": space, **settings})


def test_settings_are_read_as_they_were_written():
    settings = make(method="grid", samples=3, seeds=2, objective="loss", pruner="none", parallel=2)
    assert SearchSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_a_tenth_of_the_digits_or_more_is_held_out_of_a_search():
    assert make().config.validation_share == 0.1  # The recipe holds out less.
    assert make(config=BASE.replace(validation_share=0.3)).config.validation_share == 0.3
    assert make(config=BASE.replace(validation=TEST_SET)).config.held_out_share == 0.1


def test_number_of_trials_is_that_of_samples_or_of_the_space():
    rates = "learning_rate = { from = 0.001, to = 0.1, points = 7 }"
    assert (make().trials, make(rates).trials, make(rates, samples=5).trials) == (2, 20, 5)
    assert (make(rates, method="grid").trials, make(rates, method="grid", samples=3).trials) == (7, 3)


@pytest.mark.parametrize(
    ("epochs", "most"), [("", 3), ("epochs = [2, 9, 4]", 9), ("epochs = { from = 2, to = 27 }", 27)]
)
def test_hyperband_goes_by_the_most_epochs_of_a_trial(epochs, most):
    settings = make(f"{SPACE}\n{epochs}", config=BASE.replace(epochs=3), pruner="hyperband")
    assert settings.most_epochs == most
    assert make_pruner(settings)._max_resource == most


def test_runs_of_a_trial_are_named_by_number_and_seed():
    configs = make(seeds=2).make_configs(7, {"batch_size": 32})
    assert [config.name for config in configs] == ["s-007", "s-007-seed-1"]
    assert {(config.group, config.variant, config.batch_size) for config in configs} == {
        ("Search s", "batch size 32", 32)
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "tea"}, "Expected method to be one of grid, random, tpe"),
        ({"samples": -1}, "Expected samples to be from 0 to 1,000"),
        ({"seeds": 11}, "Expected 1 to 10 seeds"),
        ({"pruner": "tea"}, "Expected pruner to be one of"),
        ({"parallel": 0}, "Expected parallel to be from 1 to 64"),
        ({"objective": "test"}, "Expected objective to be one of accuracy, loss"),
        ({"name": "n" * 41}, "at most 40 characters"),
        ({"name": "a b"}, None),
        ({"space": "batch_size = [0]"}, "Line 1, batch_size"),
        ({"method": "grid", "space": "dropout = { from = 0, to = 1 }"}, None),
        ({"method": "grid", "space": "learning_rate = { from = 0.1, to = 1 }"}, "For a grid, give a list of values"),
        ({"method": "grid", "space": "batch_size = { from = 1, to = 2000 }"}, "at most 1,000 combinations"),
    ],
)
def test_wrong_settings_are_explained(changes, message):
    with pytest.raises(DigitnetError, match=message):
        make(**changes)


def test_unknown_settings_are_refused():
    with pytest.raises(ConfigError, match="Expected the settings of a search"):
        SearchSettings.from_dict({**make().to_dict(), "tea": 1})
