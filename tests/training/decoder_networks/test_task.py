import json
from importlib.resources import files

import numpy as np
import pytest

from digitnet.labels import CLASSES
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.training.decoder_networks import context
from digitnet.training.decoder_networks.task import train

CONTEXT = context.TASK
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


def test_shipped_network_is_the_one_of_its_card():
    folder = files("digitnet.resources")
    card = json.loads((folder / CONTEXT.card_file).read_text())
    content = (folder / CONTEXT.model_file).read_bytes()
    assert card["sha256"] == store.compute_digest(content)
    assert card["tflite_bytes"] == len(content) < 400_000
