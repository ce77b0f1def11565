import pytest

from digitnet.cli import train_runs
from digitnet.cli.main import run_command
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from tests.helpers.trained import save_trained


def test_invalid_setting_is_explained(capsys):
    assert run_command(["train", "--recipe", "digitnet", "--epochs", "0"]) == 1
    assert "Expected epochs to be from 1 to 1000. Received: 0." in capsys.readouterr().err


@pytest.mark.training
def test_train_writes_a_model_that_reads(models, capsys):
    assert run_command(["train", "--recipe", "mlp-512-256", "--epochs", "1", "--limit", "500", "--name", "mine"]) == 0
    out = capsys.readouterr().out
    assert "epoch 1/1" in out
    assert "test digits right" in out
    assert run_command(["models"]) == 0
    assert "mine *" in capsys.readouterr().out
    assert run_command(["evaluate"]) == 0
    out = capsys.readouterr().out
    assert "10,000 test digits right, loss " in out
    assert "published for its recipe: 98.15% of the test digits, loss 0.085" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--try", "batch_size"], "Expected a setting and its values, such as batch_size=32,64"),
        (["--try", "colour=red"], "Expected a setting of units, layers"),
        (["--try", "epochs=1,x"], "Expected epochs such as 2, 5, 10. Received: 'x'."),
        (["--seeds", "0"], "Expected 1 to 10 seeds. Received: 0."),
        (["--script", "--try", "epochs=1,2"], "Expected --try and --seeds without --script and --run."),
        (["--run", "quick", "--seeds", "2"], "Expected --try and --seeds without --script and --run."),
    ],
)
def test_values_to_try_that_cannot_work_are_explained(models, capsys, arguments, sentence):
    assert run_command(["train", "--recipe", "quick", *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_seeds_alone_are_runs_of_the_same_settings(models, capsys, monkeypatch):
    def train(config):
        save_trained(config, 0.9 + config.seed / 100)

    monkeypatch.setattr(train_runs, "train_run", train)
    assert run_command(["train", "--recipe", "quick", "--seeds", "3"]) == 0
    assert "3       91.00% ± 1.00  0.0900 ± 0.0100" in capsys.readouterr().out


def test_values_of_a_setting_given_twice_are_all_tried(models, capsys, monkeypatch):
    monkeypatch.setattr(train_runs, "train_run", save_trained)
    assert run_command(["train", "--recipe", "quick", "--try", "batch-size=32", "--try", "batch_size=64"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if "90.00%" in line] == ["32", "64"]


def test_run_under_way_is_left_alone(models, capsys):
    config = TrainingConfig.from_recipe("quick", epochs=7)
    Run("quick").create(config)
    assert run_command(["train", "--recipe", "quick"]) == 1
    assert "'quick' is queued or under way; choose another name." in capsys.readouterr().err
    assert Run("quick").read_config() == config


@pytest.mark.training
def test_values_are_tried_once_and_compared(models, few_copies, capsys):
    command = ["train", "--recipe", "linear-15", "--limit", "300", "--epochs", "1", "--try", "batch-size=50,100"]
    assert run_command(command) == 0
    out = capsys.readouterr().out
    assert "[1/2] linear-15-batch-size-50; about" in out
    assert "Batch size  Test accuracy  Test loss" in out
    made = {path: path.stat().st_mtime_ns for path in models.glob("*/card.json")}
    assert run_command([*command, "--seeds", "2"]) == 0
    out = capsys.readouterr().out
    assert "[1/4] linear-15-batch-size-50 is done." in out
    assert "[3/4] linear-15-batch-size-50-seed-1; about" in out
    rows = [line.split() for line in out.splitlines() if line.startswith(("50 ", "100 "))]
    assert [(row[0], row[2], row[-1]) for row in rows] == [("50", "±", "2"), ("100", "±", "2")]
    assert made.items() <= {path: path.stat().st_mtime_ns for path in models.glob("*/card.json")}.items()
    assert len(list(models.glob("*/card.json"))) == 4
