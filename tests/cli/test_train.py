import pytest

from digitnet.cli.main import run_command


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
