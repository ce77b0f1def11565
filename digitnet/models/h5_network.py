"""Read the description of a network in an .h5 file of Keras, within limits and without Keras.

Such files are opened only in the process that checks a received network. What Keras 2 describes otherwise than Keras 3
is described as Keras 3 does, so that both pass the same check, and only what was checked is built.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from digitnet.errors import ModelError
from digitnet.models.keras_check import ALLOWED_CLASSES, MAX_CONFIG_BYTES

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MODULES = {name: module for module, names in ALLOWED_CLASSES.items() for name in names}
_FUNCTIONAL = {"module": "keras.src.models.functional", "class_name": "Functional"}
_NETWORKS = {
    "Sequential": {"module": "keras", "class_name": "Sequential"},
    "Functional": _FUNCTIONAL,
    "Model": _FUNCTIONAL,  # Of Keras 2.
}
_MAX_ENTRIES = 2000  # Groups and arrays; a layer has about three.
_DAMAGED = "The .h5 file is damaged, or it is no model of Keras; save it again."


def read_description(path: Path, max_bytes: int) -> dict[str, Any]:
    """Return the description of the network in an .h5 file as Keras 3 writes it, unchecked.

    Args:
        max_bytes: limit on the total size of its arrays, unpacked.

    Raises:
        ModelError: the file is damaged or too large, leads to other files, or holds no description of a network.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            _check_entries(file, max_bytes)
            text = file.attrs.get("model_config")
    except ModelError:
        raise
    except Exception as error:  # h5py raises many types for a damaged file.
        raise ModelError(_DAMAGED) from error
    if text is None:
        raise ModelError("The .h5 file holds weights alone; save the whole model: model.save('model.keras').")
    if not isinstance(text, str | bytes) or len(text) > MAX_CONFIG_BYTES:
        raise ModelError(_DAMAGED)
    try:
        return _modernize(json.loads(text))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError("The description of the network cannot be read; save it again.") from error


def _check_entries(file: Any, max_bytes: int) -> None:
    """Raise ModelError if the file leads to other files, or is too large unpacked."""
    import h5py

    pending, entries, size = [file], 0, 0
    while pending:
        group = pending.pop()
        for name in group:
            entries += 1
            if entries > _MAX_ENTRIES:
                raise ModelError(f"Expected an .h5 file of at most {_MAX_ENTRIES:,} entries.")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ModelError("The .h5 file holds a link, which is not allowed here.")
            entry = group[name]
            if isinstance(entry, h5py.Dataset):
                if entry.external or entry.is_virtual:
                    raise ModelError("The .h5 file leads to another file, which is not allowed here.")
                size += entry.nbytes
            else:
                pending.append(entry)
    if size > max_bytes:
        raise ModelError(f"Expected at most {max_bytes // 2**20} MB unpacked. Received: {size / 2**20:,.0f} MB.")


def _modernize(description: dict[str, Any]) -> dict[str, Any]:
    """Return a description of Keras 2 or 3 as Keras 3 writes it."""
    config = description["config"]
    if isinstance(config, list):  # Keras before 2.2.3 lists the layers of a Sequential network alone.
        config = {"name": "sequential", "layers": config}
    layers = [_modernize_layer(layer) for layer in config["layers"]]
    config = config | {"layers": layers}
    shapes = [layer["config"].pop("batch_input_shape", None) for layer in layers]
    if shapes and shapes[0]:  # Of a Sequential network without an InputLayer.
        config["build_input_shape"] = shapes[0]
    network = _NETWORKS.get(str(description["class_name"]), {"class_name": description["class_name"]})
    return {**network, "config": config, "registered_name": None}


def _modernize_layer(layer: dict[str, Any]) -> dict[str, Any]:
    """Return the description of a layer with modules, and without settings that Keras 3 knows no more."""
    layer = _add_modules(layer)
    config = layer["config"]
    config.pop("ragged", None)
    if layer["class_name"] == "InputLayer" and "batch_input_shape" in config:
        config["batch_shape"] = config.pop("batch_input_shape")
    if layer["class_name"] == "BatchNormalization" and isinstance(config.get("axis"), list):
        (config["axis"],) = config["axis"]
    return layer


def _add_modules(value: Any) -> Any:
    """Return a copy of nested values in which each object of an allowed class names its module."""
    if isinstance(value, list):
        return [_add_modules(element) for element in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _add_modules(element) for key, element in value.items()}
    if isinstance(name := value.get("class_name"), str) and "module" not in value:
        copied |= {"module": _MODULES.get(name), "registered_name": None}
    return copied
