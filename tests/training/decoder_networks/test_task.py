import json
from importlib.resources import files

import numpy as np
import pytest

from digitnet.labels import CLASSES
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.training.decoder_networks import context, sequence
from digitnet.training.decoder_networks.task import train

CONTEXT, SEQUENCE = context.TASK, sequence.TASK
pytestmark = pytest.mark.training


def check_network(folder, task, settings, output_shapes):
    """Check that a training left its network and its card, and that the network runs."""
    assert sorted(path.name for path in folder.iterdir()) == sorted([task.model_file, task.card_file])
    content = (folder / task.model_file).read_bytes()
    card = json.loads((folder / task.card_file).read_text())
    assert card["sha256"] == store.compute_digest(content)
    assert (card["numbers"], card["epochs"], card["seed"]) == settings
    for input_shape, output_shape in output_shapes.items():
        output = LiteRTNetwork(content).run(np.zeros((1, *input_shape), np.uint8))
        assert output.shape == (1, *output_shape)


def test_short_training_writes_a_network_and_its_card(tmp_path):
    lines = []
    train(SEQUENCE, tmp_path, numbers=200, epochs=1, seed=3, report=lines.append)
    shapes = {(28, 64, 1): (1, 32, CLASSES + 2), (28, 320, 1): (1, 160, CLASSES + 2)}
    check_network(tmp_path, SEQUENCE, (200, 1, 3), shapes)
    assert any(line.startswith("epoch 1 of 1: loss") for line in lines)


def test_interrupted_training_resumes_after_its_last_epoch(tmp_path):
    def interrupt(line):
        if line.startswith("epoch 1 of 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(CONTEXT, tmp_path, numbers=60, epochs=2, report=interrupt)
    lines = []
    train(CONTEXT, tmp_path, numbers=60, epochs=2, report=lines.append)
    assert "resuming after epoch 1 of 2" in lines
    assert [line.split(":")[0] for line in lines if line.startswith("epoch")] == ["epoch 2 of 2"]
    check_network(tmp_path, CONTEXT, (60, 2, 0), {(28, 40, 2): (CLASSES + 1,)})


@pytest.mark.parametrize(("task", "max_bytes"), [(CONTEXT, 400_000), (SEQUENCE, 450_000)], ids=["context", "sequence"])
def test_shipped_network_is_the_one_of_its_card(task, max_bytes):
    folder = files("digitnet.resources")
    card = json.loads((folder / task.card_file).read_text())
    content = (folder / task.model_file).read_bytes()
    assert card["sha256"] == store.compute_digest(content)
    assert card["tflite_bytes"] == len(content) < max_bytes
