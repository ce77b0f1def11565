"""Export a Keras network to LiteRT."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import Sequential


_MOST_BYTES = 950_000  # of weights as float32 in a model that is to stay under a megabyte


def export_litert(network: Sequential, path: Path, *, small: bool = False) -> str:
    """Write the network for LiteRT; return how its weights are kept, "float32" or "int8".

    They are rounded to 8 bits (Jacob et al. 2018) where they would take more than a megabyte, or where they are
    wanted `small`, which also reads a digit about three times as fast.
    """
    import tensorflow

    if not small and 4 * network.count_params() <= _MOST_BYTES:
        network.export(str(path), format="litert", verbose=False)
        return "float32"
    network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    return "int8"
