"""Networks that the tests of the decoder's training share."""

from collections.abc import Callable
from importlib.resources import files

import pytest

from digitnet.models.litert import LiteRTNetwork
from digitnet.training.decoder_networks.task import TrainingTask


@pytest.fixture(scope="session")
def load_shipped() -> Callable[[TrainingTask], LiteRTNetwork]:
    """Return a function that loads the shipped network of a task."""
    return lambda task: LiteRTNetwork((files("digitnet.resources") / task.model_file).read_bytes())
