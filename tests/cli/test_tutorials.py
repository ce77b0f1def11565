import pytest

from digitnet.cli import train_runs
from digitnet.cli.main import run_command
from digitnet.experiments.config import TrainingConfig
from tests.helpers.trained import save_trained


def test_tutorials_are_listed_with_published_figures_and_ours(models, capsys):
    save_trained(TrainingConfig.from_recipe("mlp-512-256", name="mine"), 0.98)
    assert run_command(["tutorials"]) == 0
    out = capsys.readouterr().out
    assert "mlp: MNIST digits with a multi-layer perceptron in Keras, by Gogul Ilango" in out
    (row,) = [line.split() for line in out.splitlines() if line.startswith("mlp-512-256 ")]
    assert row[1:5] == ["98.15%", "98.00%", "0.085", "0.0200"]
    assert out.count("Published accuracy") == 5


@pytest.mark.parametrize("arguments", [["--train"], ["cnn", "--seeds", "2"], ["cnn", "--seeds", "0"]])
def test_options_that_do_not_fit_are_explained(models, capsys, arguments):
    assert run_command(["tutorials", *arguments]) == 1
    assert "Expected the name of a tutorial with --train" in capsys.readouterr().err


def test_only_what_is_missing_is_trained(models, capsys, monkeypatch):
    trained = []

    def train(config):
        trained.append(config.name)
        save_trained(config, 0.97)

    monkeypatch.setattr(train_runs, "train_run", train)
    save_trained(TrainingConfig.from_recipe("mlp-64-64", name="mine"), 0.975)
    assert run_command(["tutorials", "98-percent", "--train"]) == 0
    out = capsys.readouterr().out
    assert trained == ["perceptron", "mlp-128-128-dropout", "mlp-512-512-dropout"]
    assert "[2/4] mlp-64-64 is done." in out
    assert out.count("models here") == 4
    assert run_command(["tutorials", "98-percent", "--train"]) == 0
    assert len(trained) == 3
