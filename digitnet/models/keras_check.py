"""Check the description of a received network before Keras loads the file.

Keras looks up by name everything that the description asks for, so only the names listed here are allowed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from digitnet.errors import ModelError
from digitnet.zip_files import ZipFiles

MAX_LAYERS = 100
MAX_PARAMETERS = 20_000_000
INPUT_SHAPES = ([None, 28, 28, 1], [None, 28, 28], [None, 784])
_CONFIG_FILE = "config.json"
_FILES = {_CONFIG_FILE, "metadata.json", "model.weights.h5"}
MAX_CONFIG_BYTES = 2**20  # Layers are described in about a thousand bytes each.
_MAX_INTEGER = 1_000_000
_UNLIMITED_KEYS = ("seed", "shared_object_id")  # Integers under these keys may be larger.
_MAX_TEXT_CHARACTERS = 200
_MAX_DEPTH = 30
# Keras names the module of a Functional network by its place in the source.
NETWORK_CLASSES = {"keras": {"Sequential", "Functional"}, "keras.src.models.functional": {"Functional"}}
ALLOWED_CLASSES = {
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


def check_network(content: bytes, max_bytes: int) -> None:
    """Check a .keras file without Keras and without running any of it.

    Args:
        max_bytes: limit on the total size of its unpacked files.

    Raises:
        ModelError: it is damaged or too large, its input is no picture of 28 x 28 pixels, or it holds anything but the
            allowed Keras layers.
    """
    files = ZipFiles(content, max_bytes)
    if missing := _FILES - set(files):
        raise ModelError(f"The network is no .keras file of Keras 3: it holds no {min(missing)}.")
    if unknown := set(files) - _FILES:
        raise ModelError(f"The network holds a file that does not belong there: {min(unknown)[:80]!r}.")
    try:
        description = json.loads(files.read(_CONFIG_FILE, MAX_CONFIG_BYTES))
    except (ValueError, RecursionError) as error:
        raise ModelError("The description of the network cannot be read; save it again.") from error
    check_description(description)


def check_description(description: Any) -> None:
    """Check the description of a network, the config.json of a .keras file; raises ModelError."""
    layers = _find_layers(description)
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise ModelError(f"Expected a network of 1 to {MAX_LAYERS} layers. Received: {len(layers)}.")
    _check_class(description, NETWORK_CLASSES)
    # The compile settings are not checked: only training uses them, and they are never loaded.
    for key, value in _walk([description["config"], description.get("build_config")], "", 0):
        _check_value(key, value)
    shapes = [_find_setting(layer, "batch_shape") for layer in layers if layer.get("class_name") == "InputLayer"]
    shapes = shapes or [description["config"].get("build_input_shape")]
    if len(shapes) != 1 or shapes[0] not in INPUT_SHAPES:
        expected = "(28, 28, 1), (28, 28) or (784,)"
        raise ModelError(f"Expected a network with one input of shape {expected}. Received: {str(shapes)[:80]}.")
    if (count := sum(_estimate_parameters(layer) for layer in layers)) > MAX_PARAMETERS:
        raise ModelError(f"Expected a network of at most {MAX_PARAMETERS:,} parameters. Received: {count:,}.")


def _find_layers(description: Any) -> list[dict[str, Any]]:
    config = description.get("config") if isinstance(description, dict) else None
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ModelError("Expected a Sequential or Functional network of Keras 3. Received: something else.")
    return layers


def _walk(value: Any, key: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield every nested value with its key; the elements of a list have the key of the list."""
    if depth > _MAX_DEPTH:
        raise ModelError("The description of the network is nested too deep.")
    yield key, value
    if isinstance(value, dict):
        for inner_key, inner_value in value.items():
            yield from _walk(inner_value, inner_key, depth + 1)
    elif isinstance(value, list):
        for element in value:
            yield from _walk(element, key, depth + 1)


def _check_value(key: str, value: Any) -> None:
    if isinstance(value, dict) and not value.keys().isdisjoint(("class_name", "module", "registered_name")):
        if value.get("class_name") != "__keras_tensor__" or value.get("module"):
            _check_class(value, ALLOWED_CLASSES)
    elif isinstance(value, str) and len(value) > _MAX_TEXT_CHARACTERS:
        raise ModelError(f"The description of the network holds a text of {len(value):,} characters.")
    elif isinstance(value, int) and key not in _UNLIMITED_KEYS and abs(value) > _MAX_INTEGER:
        raise ModelError(f"The network is too large: {key[:40]!r} is {str(value)[:40]}.")


def _check_class(entry: dict[str, Any], allowed: dict[str, set[str]]) -> None:
    module, name, registered = (entry.get(key) for key in ("module", "class_name", "registered_name"))
    if not (isinstance(module, str) and isinstance(name, str) and name in allowed.get(module, ())):
        raise ModelError(f"The network holds {str(name)[:60]!r} of {str(module)[:60]!r}, which is not allowed here.")
    if registered not in (None, name):
        raise ModelError(f"The network holds {str(registered)[:60]!r}, code of its own, which is not allowed here.")


def _estimate_parameters(layer: dict[str, Any]) -> int:
    """Estimate the number of weights that a layer will have by its description."""
    inputs = _find_setting(layer, "input_shape", "build_config")
    kernel = _find_setting(layer, "kernel_size") or []
    units = _find_setting(layer, "units") or _find_setting(layer, "filters")
    sides = [*(inputs[-1:] if isinstance(inputs, list) else []), *(kernel if isinstance(kernel, list) else [kernel])]
    counts = [side for side in (*sides, units) if isinstance(side, int)]
    return math.prod(counts) if isinstance(units, int) else 0


def _find_setting(layer: dict[str, Any], key: str, section: str = "config") -> Any:
    settings = layer.get(section)
    return settings.get(key) if isinstance(settings, dict) else None
