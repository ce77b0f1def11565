"""Networks that the tests of this folder share."""

import numpy as np
import pytest

from digitnet.explain.layer_outputs import ModelInspector
from digitnet.models import store
from digitnet.models.architecture import build, parse_layers


@pytest.fixture(scope="session")
def export_network(tmp_path_factory):
    """Return a function that makes an untrained network and its .tflite file."""
    import keras
    import tensorflow

    def export(text, outputs=10, quantized=False):
        keras.utils.set_random_seed(1)
        network = build(parse_layers(text), "odd", outputs)
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                rng = np.random.default_rng(0)
                layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.weights])
        path = tmp_path_factory.mktemp("odd") / "odd.tflite"
        settings = {"optimizations": [tensorflow.lite.Optimize.DEFAULT]} if quantized else {}
        network.export(str(path), format="litert", verbose=False, **settings)
        return network, path.read_bytes()

    return export


@pytest.fixture(scope="session")
def inspectors():
    return {name: ModelInspector.load(name) for name in store.SHIPPED_MODELS}
