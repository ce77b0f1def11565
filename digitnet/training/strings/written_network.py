"""Load a written string recognizer into Keras, to train it further.

A written network has no normalization any more: LiteRT's converter has folded it into the convolutions. So the network
that is trained further has none either. Its weights are those of the file, 8 bits wide at first.
"""

from __future__ import annotations

import re
from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.training.strings.network import build_network

_KERNEL_NAME = re.compile(r"conv2d(?:_(\d+))?_1/convolution$")
_BIAS_NAME = re.compile(r"/conv2d(?:_(\d+))?_1/Squeeze$")  # Of a convolution with a dilation, without normalization.
_ACTIVATION_NAME = re.compile(r"re_lu(?:_(\d+))?_1/Relu")
_PROBE_SHAPE = (1, 40, 64, 1)
_TOLERANCE = 0.35  # Of logits; weights of 8 bits are multiplied a little otherwise.

Floats = NDArray[np.float32]


def load_written_network(path: Path) -> keras.Model:
    """Return the network of a .tflite file that `train` has written, without normalization.

    Raises:
        ModelError: the file holds another network.
    """
    network = build_network(normalize=False)
    try:
        weights = _read_weights(path)
        network.set_weights([array for pair in weights for array in pair])
    except (ValueError, KeyError, IndexError, OSError) as error:
        raise ModelError(f"{path} holds no string recognizer that can be trained further.") from error
    if not _agree(network, path):
        raise ModelError(f"{path} holds another network than its weights tell.")
    return network


def _read_weights(path: Path) -> list[tuple[Floats, Floats]]:
    """Return the kernel, (h, w, in, out), and the bias, (out,), of each convolution in order."""
    interpreter = Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    kernels: dict[int, Floats] = {}
    biases: dict[int, Floats] = {}
    dilated: dict[int, Floats] = {}
    scales, shifts = [], []
    output_bias = None
    for details in interpreter.get_tensor_details():
        name, shape = details["name"], tuple(details["shape"])
        if (found := _KERNEL_NAME.search(name)) and len(shape) == 4 and shape[0] > 1:
            kernels[_number(found)] = _to_float(interpreter.get_tensor(details["index"]), details)
        elif len(shape) == 1 and shape[0] > 1 and details["dtype"] == np.float32:
            if found := _ACTIVATION_NAME.search(name):
                biases[_number(found)] = interpreter.get_tensor(details["index"])
            elif name.endswith("batchnorm/mul"):
                scales.append(interpreter.get_tensor(details["index"]))
            elif name.endswith("batchnorm/sub"):
                shifts.append(interpreter.get_tensor(details["index"]))
            elif ";" not in name and (found := _BIAS_NAME.search(name)):
                dilated[_number(found)] = interpreter.get_tensor(details["index"])
            elif "BiasAdd" in name:
                output_bias = interpreter.get_tensor(details["index"])
    order = sorted(kernels)
    first = order[0]
    missing = [number for number in order[:-1] if number - first + min(biases) not in biases]
    weights = []
    for number in order[:-1]:
        kernel, bias = kernels[number], biases.get(number - first + min(biases))
        if bias is None:
            bias = dilated.get(number)
        if bias is None:  # The convolution with a dilation has kept its normalization.
            place = missing.index(number)
            kernel, bias = kernel * scales[place][:, None, None, None], shifts[place]
        weights.append((kernel.transpose(1, 2, 3, 0), bias))
    if output_bias is None:
        raise ValueError("no bias of the output")
    return [*weights, (kernels[order[-1]].transpose(1, 2, 3, 0), output_bias)]


def _number(found: re.Match[str]) -> int:
    return int(found[1] or 0)


def _to_float(values: NDArray[np.int8], details: dict[str, dict[str, NDArray[np.float32]]]) -> Floats:
    scales = details["quantization_parameters"]["scales"]
    if not len(scales):
        return np.asarray(values, np.float32)
    return np.asarray(values.astype(np.float32) * scales[:, None, None, None], np.float32)


def _agree(network: keras.Model, path: Path) -> bool:
    """Return whether a network answers as its file does."""
    probe = np.random.default_rng(0).random(_PROBE_SHAPE, np.float32)
    interpreter = Interpreter(model_path=str(path))
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, _PROBE_SHAPE)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, probe)
    interpreter.invoke()
    expected = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    found = network(probe, training=False).numpy()
    return bool(np.abs(found - expected).max() <= _TOLERANCE * max(1.0, float(np.abs(expected).std())))
