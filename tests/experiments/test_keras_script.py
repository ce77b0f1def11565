import subprocess
import sys

import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.cli.main import run_command
from digitnet.experiments.config import (
    LAST_SHARE,
    RANDOM_SHARE,
    SQUARED_ERROR,
    TEST_SET,
    VALIDATIONS,
    TrainingConfig,
)
from digitnet.experiments.keras_script import write_script
from digitnet.experiments.recipes import RECIPES

SETTINGS = [{"recipe": name} for name in RECIPES] + [
    {"recipe": "quick", "schedule": "cosine", "patience": 2, "limit": 300},
    {"recipe": "linear-15", "validation_share": 0.0, "optimizer": "rmsprop", "seed": 7},
    {"recipe": "linear-15", "validation": TEST_SET},
    {"recipe": "mlp-64-64", "loss": SQUARED_ERROR, "average_weights": True},
]


@pytest.fixture
def few_digits(monkeypatch, mnist):
    """Have Keras load 300 of MNIST's digits."""
    import keras

    small = [(digits.images[:300], digits.labels[:300]) for digits in mnist]
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: tuple(small))


def describe_layers(network):
    """Return class and settings of each layer, without names."""
    layers = []
    for layer in network.layers:
        settings = layer.get_config()
        layers.append((type(layer).__name__, {key: settings[key] for key in settings if key not in ("name", "dtype")}))
    return layers


def describe_optimizer(network):
    """Return class and settings of the optimizer, with its learning rates, without its name."""
    settings = network.optimizer.get_config() | {"name": ""}
    rate = settings["learning_rate"]
    if isinstance(rate, dict) and rate["class_name"] == "AdjustableSchedule":  # Follows its schedule until changed.
        settings["learning_rate"] = rate["config"]["schedule"]
    return type(network.optimizer).__name__, settings


@pytest.mark.training
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(map(str, settings.values())))
def test_script_builds_the_same_network_and_optimizer(settings, few_digits, monkeypatch):
    import keras

    from digitnet.models.architecture import build
    from digitnet.training.optimizer import compile_network

    config = TrainingConfig.from_recipe(**settings)
    fitted = {}
    monkeypatch.setattr(keras.Sequential, "fit", lambda self, *args, **kwargs: fitted.update(kwargs))
    monkeypatch.setattr(keras.Sequential, "evaluate", lambda self, *args, **kwargs: (0.5, 0.9))
    monkeypatch.setattr(keras.Sequential, "save", lambda self, path: fitted.update(path=path))
    names = {}
    exec(compile(write_script(config), "script.py", "exec"), names)
    expected = build(config.network, config.recipe, config.outputs)
    compile_network(expected, config, steps=-(-config.mnist_digits // config.batch_size))
    assert describe_layers(names["network"]) == describe_layers(expected)
    assert describe_optimizer(names["network"]) == describe_optimizer(expected)
    assert (fitted["batch_size"], fitted["epochs"]) == (config.batch_size, config.epochs)
    assert ("validation_data" in fitted) == config.validates
    assert fitted["path"] == f"{config.name}.keras"


@pytest.mark.training
@pytest.mark.parametrize("kind", VALIDATIONS)
def test_script_holds_out_the_same_digits(kind, few_digits, monkeypatch, mnist):
    import keras

    from digitnet.datasets.mnist import split, split_last

    fitted = {}
    monkeypatch.setattr(keras.Sequential, "fit", lambda self, *args, **kwargs: fitted.update(kwargs))
    monkeypatch.setattr(keras.Sequential, "evaluate", lambda self, *args, **kwargs: (0.5, 0.9))
    monkeypatch.setattr(keras.Sequential, "save", lambda self, path: None)
    exec(write_script(TrainingConfig.from_recipe("linear-15", validation_share=0.2, validation=kind, seed=3)), {})
    few = mnist[0].select(slice(300))
    held_out = {
        RANDOM_SHARE: split(few, 0.2, 3)[1],
        LAST_SHARE: split_last(few, 0.2)[1],
        TEST_SET: mnist[1].select(slice(300)),
    }[kind]
    assert np.array_equal(fitted["validation_data"][0][..., 0], held_out.images.astype(np.float32) / 255)
    assert np.array_equal(fitted["validation_data"][1], held_out.labels)


@pytest.mark.training
def test_script_runs_by_itself_and_learns(tmp_path, mnist):
    script = write_script(TrainingConfig.from_recipe("quick", epochs=2, patience=1))
    np.savez(tmp_path / "few.npz", *(digits[part][:1000] for digits in mnist for part in (0, 1)))
    few = """import keras, numpy as np
few = [np.load("few.npz")[f"arr_{index}"] for index in range(4)]
keras.datasets.mnist.load_data = lambda: ((few[0], few[1]), (few[2], few[3]))
"""
    (tmp_path / "script.py").write_text(script.replace("import keras\n", few, 1))
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "% of the test digits right, loss " in done.stdout
    assert (tmp_path / "quick.keras").is_file()


def test_script_says_what_it_leaves_out():
    script = write_script(TrainingConfig.from_recipe("digitnet"))
    assert "- training on varied copies of the digits\n- teaching the eleventh output" in script
    assert "only digitnet" not in write_script(TrainingConfig.from_recipe("quick"))


def test_training_with_user_digits_has_no_script():
    with pytest.raises(ConfigError, match="from scratch on MNIST"):
        write_script(TrainingConfig.from_recipe("quick", data="both"))


def test_command_prints_the_script(capsys):
    assert run_command(["train", "--recipe", "linear-15", "--epochs", "3", "--script"]) == 0
    script = capsys.readouterr().out
    assert 'layers.Dense(15, activation="linear")' in script
    assert "epochs=3" in script
