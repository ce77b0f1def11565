"""What a network from a stranger may consist of: checked by its description, before Keras sees the file.

Keras looks up by name what the description asks for, so only names that stand here are let through.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from digitnet.errors import ModelError
from digitnet.files import read_zip

MAX_LAYERS = 100
MAX_PARAMETERS = 20_000_000
INPUT_SHAPE = [None, 28, 28, 1]
_CONFIG = "config.json"
_FILES = {_CONFIG, "metadata.json", "model.weights.h5"}
_LARGEST = 1_000_000  # of any whole number but the two below
_ANY_NUMBER = ("seed", "shared_object_id")
_LONGEST = 200  # characters of any text
_DEEPEST = 30
_KNOWN = {
    "keras": {"DTypePolicy"},
    "keras.layers": {
        *("InputLayer", "Dense", "Flatten", "Reshape", "Permute", "Rescaling", "ZeroPadding2D", "Cropping2D"),
        *("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "UpSampling2D"),
        *("MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D"),
        *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
        *("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
        *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "ActivityRegularization"),
        *("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"),
        *("RandomRotation", "RandomTranslation", "RandomZoom"),
    },
    "keras.initializers": {
        *("Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling"),
        *("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform"),
        *("Orthogonal", "OrthogonalInitializer"),
    },
    "keras.regularizers": {"L1", "L2", "L1L2", "OrthogonalRegularizer"},
    "keras.constraints": {"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"},
}


def check_network(content: bytes, most: int) -> None:
    """Check a .keras file, without Keras and without running anything of it.

    Args:
        most: bytes that its parts may have together, unpacked.

    Raises:
        ModelError: it is damaged, too large, has another input than (28, 28, 1), or holds anything but the
            layers of Keras that networks for pictures are made of.
    """
    parts = read_zip(content, most)
    if missing := _FILES - set(parts):
        raise ModelError(f"The network is no .keras file of Keras 3: it holds no {min(missing)}.")
    if unknown := set(parts) - _FILES:
        raise ModelError(f"The network holds a file that does not belong there: {min(unknown)[:80]!r}.")
    try:
        description = json.loads(parts[_CONFIG])
    except (ValueError, RecursionError) as error:
        raise ModelError("The description of the network cannot be read; save it again.") from error
    _check_description(description)


def _check_description(description: Any) -> None:
    layers = _layers(description)
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise ModelError(f"Expected a network of 1 to {MAX_LAYERS} layers. Received: {len(layers)}.")
    _check_name_of(description, {"keras": {"Sequential", "Functional"}})
    # How it was compiled is of use to training alone and never loaded.
    for key, value in _walk([description["config"], description.get("build_config")], "", 0):
        _check_value(key, value)
    shapes = [_inside(layer, "batch_shape") for layer in layers if layer.get("class_name") == "InputLayer"]
    if (shapes or [description["config"].get("build_input_shape")]) != [INPUT_SHAPE]:
        raise ModelError(f"Expected a network with one input of shape (28, 28, 1). Received: {str(shapes)[:80]}.")
    if (count := sum(_parameters(layer) for layer in layers)) > MAX_PARAMETERS:
        raise ModelError(f"Expected a network of at most {MAX_PARAMETERS:,} parameters. Received: {count:,}.")


def _layers(description: Any) -> list[dict[str, Any]]:
    config = description.get("config") if isinstance(description, dict) else None
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ModelError("Expected a Sequential or Functional network of Keras 3. Received: something else.")
    return layers


def _walk(value: Any, key: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Give every value with the key under which it stands, that of its list for one in a list."""
    if depth > _DEEPEST:
        raise ModelError("The description of the network is nested too deep.")
    yield key, value
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _walk(each, inner, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, key, depth + 1)


def _check_value(key: str, value: Any) -> None:
    if isinstance(value, dict) and not value.keys().isdisjoint(("class_name", "module", "registered_name")):
        if value.get("class_name") != "__keras_tensor__" or value.get("module"):
            _check_name_of(value, _KNOWN)
    elif isinstance(value, str) and len(value) > _LONGEST:
        raise ModelError(f"The description of the network holds a text of {len(value):,} characters.")
    elif isinstance(value, int) and key not in _ANY_NUMBER and abs(value) > _LARGEST:
        raise ModelError(f"The network is too large: {key[:40]!r} is {str(value)[:40]}.")


def _check_name_of(entry: dict[str, Any], known: dict[str, set[str]]) -> None:
    module, name, registered = (entry.get(key) for key in ("module", "class_name", "registered_name"))
    if not (isinstance(module, str) and isinstance(name, str) and name in known.get(module, ())):
        raise ModelError(f"The network holds {str(name)[:60]!r} of {str(module)[:60]!r}, which is not allowed here.")
    if registered not in (None, name):
        raise ModelError(f"The network holds {str(registered)[:60]!r}, code of its own, which is not allowed here.")


def _parameters(layer: dict[str, Any]) -> int:
    """Return about how many weights a layer will have, as far as its description tells."""
    inputs = _inside(layer, "input_shape", "build_config")
    kernel = _inside(layer, "kernel_size") or []
    units = _inside(layer, "units") or _inside(layer, "filters")
    sides = [*(inputs[-1:] if isinstance(inputs, list) else []), *(kernel if isinstance(kernel, list) else [kernel])]
    counts = [side for side in (*sides, units) if isinstance(side, int)]
    return math.prod(counts) if isinstance(units, int) else 0


def _inside(layer: dict[str, Any], key: str, where: str = "config") -> Any:
    inner = layer.get(where)
    return inner.get(key) if isinstance(inner, dict) else None
