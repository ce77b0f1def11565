import pytest

from digitnet import ConfigError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.sweeps import SETTINGS, make_variants

MLP = TrainingConfig.from_recipe("mlp-512-256", name="mine")


@pytest.mark.parametrize(
    ("setting", "values", "networks"),
    [
        (
            "dropout",
            "0, 0.5",
            ["dense 512, dropout 0, dense 256, dropout 0", "dense 512, dropout 0.5, dense 256, dropout 0.5"],
        ),
        ("units", "64", ["dense 64, dropout 0.2, dense 64, dropout 0.2"]),
        ("layers", "0, 3", ["", "dense 512, dropout 0.2, dense 512, dropout 0.2, dense 512, dropout 0.2"]),
    ],
)
def test_values_change_the_network(setting, values, networks):
    assert [config.layers for config in make_variants(MLP, setting, values)] == networks


def test_dropout_is_added_to_a_network_without_any():
    (config,) = make_variants(TrainingConfig.from_recipe("mlp-64-64"), "dropout", "0.3")
    assert config.layers == "dense 64, dropout 0.3, dense 64, dropout 0.3"


@pytest.mark.parametrize("setting", SETTINGS)
def test_example_values_change_only_their_setting(setting):
    configs = make_variants(MLP, setting, SETTINGS[setting].values)
    assert len({config.name for config in configs}) == len(configs) > 1
    assert len({config.group for config in configs}) == 1
    same = [config.replace(name="x", variant="", group="") for config in configs]
    changed = {key for key in MLP.to_dict() if len({str(config.to_dict()[key]) for config in same}) > 1}
    assert changed == {setting if setting in MLP.to_dict() and setting != "layers" else "layers"}


@pytest.mark.parametrize(
    ("setting", "values", "sentence"),
    [
        ("dropout", "", "Expected 1 to 12 values"),
        ("dropout", "a lot", "Expected dropout such as"),
        ("dropout", "2", "dropout rate"),
        ("layers", "99", "from 0 to 10"),
        ("optimizer", "magic", "Expected optimizer such as"),
        ("learning_rate", "-1", "above 0"),
        ("epochs", ", ".join(map(str, range(1, 20))), "Expected 1 to 12 values"),
    ],
)
def test_values_that_cannot_work_are_refused(setting, values, sentence):
    with pytest.raises(ConfigError, match=sentence):
        make_variants(MLP, setting, values)


def test_hidden_size_of_a_convolutional_network_is_refused():
    with pytest.raises(ConfigError, match="no hidden dense layer"):
        make_variants(TrainingConfig.from_recipe("digitnet"), "units", "12")
