"""Export a Keras network to LiteRT, and describe the export for a model's card."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.models.store import compute_digest

if TYPE_CHECKING:
    from keras import Sequential


# Weights of at most this size stay float32, so that no model takes more than a megabyte.
_MAX_FLOAT32_BYTES = 950_000


def export_litert(network: Sequential, path: Path, *, small: bool = False) -> str:
    """Write the network as a .tflite file; return the type of its weights, "float32" or "int8".

    Weights that would take more than a megabyte are quantized to 8 bits.

    Args:
        small: quantize in any case, which also reads a digit about three times as fast.

    Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference", 2018.
    """
    import tensorflow

    if not small and 4 * network.count_params() <= _MAX_FLOAT32_BYTES:
        network.export(str(path), format="litert", verbose=False)
        return "float32"
    network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    return "int8"


def describe_export(network: Sequential, content: bytes, weights: str) -> dict[str, Any]:
    """Return the card's fields on the exported network: its size, digest and type of weights.

    Args:
        content: the .tflite file.
        weights: "float32" or "int8", from `export_litert`.
    """
    return {
        "parameters": network.count_params(),
        "weights": weights,
        "tflite_bytes": len(content),
        "sha256": compute_digest(content),
    }


def describe_origin() -> dict[str, Any]:
    """Return the card's fields on the network's input, the software and the time."""
    import keras
    import tensorflow

    now = datetime.now(UTC)
    return {
        "input": "float32 (n, 28, 28, 1) in 0..1, ink 1, normalized as by digitnet.preprocessing.normalization",
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tensorflow.__version__,
            "keras": keras.__version__,
        },
        "date": now.date().isoformat(),
        "finished": now.isoformat(timespec="seconds"),
    }
