"""Write a network of the decoder with 8-bit weights, and its card."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow

from digitnet.files import write_atomically
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.training.mixed_precision import choose_compute_dtype


def write_network(
    network: keras.Model,
    build_network: Callable[[], keras.Model],
    path: Path,
    card_path: Path,
    measure_accuracy: Callable[[LiteRTNetwork], float],
    card: dict[str, Any],
) -> str:
    """Write a network and its card; return the beginning of a sentence: its size and accuracy.

    Args:
        network: the trained network.
        build_network: builds the same network without weights.
        path: the file of the network.
        card_path: the file of the card.
        measure_accuracy: returns the share of held-out examples, 0 to 1, for which the written network is right.
        card: the first entries of the card.
    """
    # The network is built again in 32 bits, to quantize it from there.
    float_network = build_network()
    float_network.set_weights(network.get_weights())
    float_network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    content = path.read_bytes()
    accuracy = measure_accuracy(LiteRTNetwork(content, path.name))
    entries = {
        **card,
        "held_out_accuracy": round(accuracy, 4),
        "parameters": network.count_params(),
        "multiplied_in": choose_compute_dtype(True),
        "tflite_bytes": len(content),
        "sha256": store.compute_digest(content),
        "versions": {"python": platform.python_version(), "tensorflow": tensorflow.__version__},
    }
    write_atomically(card_path, (json.dumps(entries, indent=2) + "\n").encode())
    return f"{path}: {len(content):,} bytes, {accuracy:.2%} of the held-out"
