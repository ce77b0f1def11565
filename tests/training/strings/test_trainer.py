import json
from dataclasses import replace
from importlib.resources import files

import keras
import numpy as np
import pytest

from digitnet.decoding.string_recognizer import BLANK, CARD_FILE, NETWORK_FILE
from digitnet.errors import ModelError
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.training.strings import trainer
from digitnet.training.strings.trainer import Settings, average_weights, train
from digitnet.training.strings.written_network import load_written_network

pytestmark = pytest.mark.training
SHORT = Settings(strips=120, epochs=2, seed=3)


@pytest.fixture(autouse=True)
def few_held_out(monkeypatch):
    monkeypatch.setattr(trainer, "_HELD_OUT_STRIPS", 60)


def test_interrupted_training_resumes_and_writes_network_and_card(tmp_path):
    def interrupt(line):
        if line.startswith("epoch 1 of 2") and "held out" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(SHORT, tmp_path, report=interrupt)
    lines = []
    train(SHORT, tmp_path, report=lines.append)
    assert not any(line.startswith("epoch 1") for line in lines)
    assert any(line.startswith("epoch 2 of 2") for line in lines)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([NETWORK_FILE, CARD_FILE])
    content = (tmp_path / NETWORK_FILE).read_bytes()
    card = json.loads((tmp_path / CARD_FILE).read_text())
    assert card["sha256"] == store.compute_digest(content)
    assert (card["strips"], card["epochs"], card["seed"]) == (120, 2, 3)
    for width in (64, 320):
        output = LiteRTNetwork(content).run(np.zeros((1, 40, width, 1), np.uint8))
        assert output.shape == (1, 1, width // 4, BLANK + 1)


def test_written_network_is_trained_further(tmp_path):
    start = tmp_path / "start.tflite"
    start.write_bytes((files("digitnet.resources") / NETWORK_FILE).read_bytes())
    further = replace(trainer.FURTHER, strips=60)
    lines = []
    train(further, tmp_path / "out", report=lines.append, start=start)
    card = json.loads((tmp_path / "out" / CARD_FILE).read_text())
    assert card["started_from"] == store.compute_digest(start.read_bytes())
    assert card["held_out_accuracy"] > 0.3
    again = load_written_network(tmp_path / "out" / NETWORK_FILE)
    probe = np.random.default_rng(0).integers(0, 255, (1, 40, 96, 1)).astype(np.uint8)
    expected = LiteRTNetwork((tmp_path / "out" / NETWORK_FILE).read_bytes()).run(probe)
    assert again(probe / np.float32(255), training=False).numpy() == pytest.approx(
        expected, abs=float(0.35 * expected.std())
    )


def test_weights_are_averaged_by_their_shares():
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.set_weights([np.array([[4.0]]), np.array([8.0])])
    average_weights(network, [np.array([[0.0]]), np.array([4.0])], 0.25)
    assert [weights.item() for weights in network.get_weights()] == [3.0, 7.0]


def test_another_network_is_not_trained_further(tmp_path):
    with pytest.raises(ModelError, match="no string recognizer"):
        load_written_network(store.model_dir("cnn") / store.TFLITE_FILE)
    with pytest.raises(ModelError, match="no string recognizer"):
        load_written_network(tmp_path / "missing.tflite")


def test_shipped_network_is_the_one_of_its_card():
    folder = files("digitnet.resources")
    card = json.loads((folder / CARD_FILE).read_text())
    content = (folder / NETWORK_FILE).read_bytes()
    assert card["sha256"] == store.compute_digest(content)
    assert card["tflite_bytes"] == len(content) < 1_500_000
