import pytest

from digitnet import ConfigError
from digitnet.experiments import sweeps
from digitnet.experiments.config import DEFAULT_RATES, TrainingConfig
from digitnet.experiments.sweep_settings import SETTINGS
from digitnet.experiments.sweeps import make_variants

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
        (
            "activation",
            "TANH, sigmoid",
            [
                "dense 512 tanh, dropout 0.2, dense 256 tanh, dropout 0.2",
                "dense 512 sigmoid, dropout 0.2, dense 256 sigmoid, dropout 0.2",
            ],
        ),
        ("layers", "0, 3", ["", "dense 512, dropout 0.2, dense 512, dropout 0.2, dense 512, dropout 0.2"]),
    ],
)
def test_values_change_the_network(setting, values, networks):
    assert [config.layers for config in make_variants(MLP, {setting: values})] == networks


def test_dropout_is_added_to_a_network_without_any():
    (config,) = make_variants(TrainingConfig.from_recipe("mlp-64-64"), {"dropout": "0.3"})
    assert config.layers == "dense 64, dropout 0.3, dense 64, dropout 0.3"


@pytest.mark.parametrize("setting", SETTINGS)
def test_example_values_change_only_their_setting(setting):
    configs = make_variants(MLP, {setting: SETTINGS[setting].values})
    assert len({config.name for config in configs}) == len(configs) > 1
    assert len({config.group for config in configs}) == 1
    same = [config.replace(name="x", variant="", group="") for config in configs]
    changed = {key for key in MLP.to_dict() if len({str(config.to_dict()[key]) for config in same}) > 1}
    expected = {setting: {"layers"} for setting in ("units", "dropout", "activation")}
    expected["optimizer"] = {"optimizer", "learning_rate"}
    assert changed == expected.get(setting, {setting})


def test_each_optimizer_is_tried_at_its_own_rate_unless_one_is_typed():
    config = MLP.replace(optimizer="sgd", learning_rate=0.5)
    configs = make_variants(config, {"optimizer": "SGD, adam, adam 0.02, Adam 0.001"})
    assert [(c.optimizer, c.learning_rate) for c in configs] == [("sgd", 0.01), ("adam", 0.001), ("adam", 0.02)]
    assert [c.variant for c in configs] == ["sgd 0.01", "adam 0.001", "adam 0.02"]
    assert [c.name for c in configs][::2] == ["mine-optimizer-sgd-0.01", "mine-optimizer-adam-0.02"]


@pytest.mark.training
@pytest.mark.parametrize("optimizer", DEFAULT_RATES)
def test_default_rate_is_that_of_keras(optimizer):
    import keras

    assert float(keras.optimizers.get(optimizer).learning_rate) == pytest.approx(DEFAULT_RATES[optimizer])


def test_equal_values_are_tried_once():
    assert [config.variant for config in make_variants(MLP, {"dropout": "0.1, 0.10, 1e-1, 0"})] == ["0.1", "0"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["128", "32", "512"], ["32", "128", "512"]),
        (["1e-2", "0.1", "0.001"], ["0.001", "1e-2", "0.1"]),
        (["sgd 0.01", "adam 0.001"], ["sgd 0.01", "adam 0.001"]),
        ([], []),
    ],
)
def test_values_are_in_the_order_of_their_numbers_or_as_typed(texts, expected):
    assert sweeps.sort_values(texts) == expected


@pytest.mark.parametrize("setting", SETTINGS)
def test_base_name_of_a_variant_is_found(setting):
    for config in make_variants(MLP.replace(name="my-own"), {setting: SETTINGS[setting].values}):
        assert sweeps.find_base_name(config.name) == "my-own"
    assert not sweeps.find_base_name("mlp-128-128-dropout")


@pytest.mark.parametrize(
    ("setting", "values", "sentence"),
    [
        ("dropout", "", "Expected 1 to 12 values"),
        ("dropout", "a lot", "Expected dropout such as"),
        ("dropout", "2", "dropout rate"),
        ("layers", "99", "from 0 to 10"),
        ("optimizer", "magic", "Expected optimizer such as"),
        ("optimizer", "adam fast", "Expected optimizer such as"),
        ("optimizer", "adam 11", "above 0 and at most 10"),
        ("learning_rate", "-1", "above 0"),
        ("epochs", ", ".join(map(str, range(1, 20))), "Expected 1 to 12 values"),
        ("activation", "magic", "Expected activation such as"),
        ("loss", "hinge", "Expected loss function such as"),
        ("colour", "1, 2", "Expected a setting of units, layers"),
    ],
)
def test_values_that_cannot_work_are_refused(setting, values, sentence):
    with pytest.raises(ConfigError, match=sentence):
        make_variants(MLP, {setting: values})


def test_hidden_size_of_a_convolutional_network_is_refused():
    with pytest.raises(ConfigError, match="no hidden dense layer"):
        make_variants(TrainingConfig.from_recipe("digitnet"), {"units": "12"})


def test_activation_of_convolutions_is_changed_too():
    (config,) = make_variants(TrainingConfig.from_recipe("cnn-30-15"), {"activation": "elu"})
    assert config.layers.startswith("conv 30 5x5 elu, pool 2, conv 15 3x3 elu")
    assert config.layers.endswith("dense 128 elu, dense 50 elu")


def test_loss_function_may_be_abbreviated():
    configs = make_variants(MLP, {"loss": "mse, cross-entropy, mean squared error"})
    assert [config.loss for config in configs] == ["mean squared error", "cross-entropy"]
    assert [config.variant for config in configs] == ["mean squared error", "cross-entropy"]


def test_two_settings_and_seeds_make_a_run_for_each_combination():
    configs = make_variants(MLP.replace(seed=4), {"batch_size": "32, 64", "epochs": "1, 2"}, seeds=2)
    found = [(c.seed, c.batch_size, c.epochs) for c in configs]
    assert found == [(seed, batch, epochs) for seed in (4, 5) for batch in (32, 64) for epochs in (1, 2)]
    assert {config.group for config in configs} == {"Batch size and epochs of mine"}
    assert len({config.name for config in configs}) == 8
    assert configs[0].name == "mine-batch-size-32-epochs-1"
    assert configs[-1].name == "mine-batch-size-64-epochs-2-seed-5"
    assert sweeps.list_labels(configs[0].group) == ["Batch size", "Epochs"]
    assert sweeps.split_variant(configs[-1].variant) == ("64", "2")


def test_names_of_all_combinations_can_be_names_of_models():
    config = TrainingConfig.from_recipe("mlp-128-128-dropout", name="n" * 64)
    configs = make_variants(config, {"loss": "mse, cross-entropy", "optimizer": "rmsprop 0.001, sgd"}, seeds=2)
    assert len({config.name for config in configs}) == 8


@pytest.mark.parametrize(
    ("tries", "seeds", "sentence"),
    [
        ({}, 1, "one or two settings"),
        ({"epochs": "1", "dropout": "0", "units": "8"}, 1, "one or two settings"),
        ({"epochs": "1, 2"}, 0, "1 to 10 seeds"),
        ({"epochs": "1,2,3,4,5,6,7,8", "batch_size": "1,2,3,4,5,6,7,8"}, 10, "at most 150 runs. Received: 640"),
    ],
)
def test_too_few_or_too_many_runs_are_refused(tries, seeds, sentence):
    with pytest.raises(ConfigError, match=sentence):
        make_variants(MLP, tries, seeds)
