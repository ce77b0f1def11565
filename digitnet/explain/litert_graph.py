"""The network of a LiteRT file as operations and tensors, and the same network with more outputs.

The file is read by the schema that comes with LiteRT. What lies between input and output is thrown away while
a network runs, unless it is an output: so the file is written anew, in memory, with other tensors as its
outputs. It runs as fast as before, which a run that keeps all tensors does not (25 ms a digit for 1 ms).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils
from numpy.typing import NDArray

_OPERATIONS = {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}
_TYPES = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT8: np.int8,
    schema.TensorType.UINT8: np.uint8,
}
_ACTIVATIONS = {number: name for name, number in vars(schema.ActivationFunctionType).items() if isinstance(number, int)}


class Operation(NamedTuple):
    """One step of the network; tensors are numbers of `Graph`.

    Attributes:
        name: as LiteRT calls it, "CONV_2D" say.
        activation: the one that is part of it, "RELU" or "NONE".
        window: height and width of the pixels that a pooling looks at, (0, 0) for others.
    """

    name: str
    inputs: tuple[int, ...]
    output: int
    activation: str
    window: tuple[int, int]


class Graph:
    """A network's operations in the order in which they run, its tensors and its weights."""

    def __init__(self, content: bytes) -> None:
        """Read `content`, a .tflite file that LiteRT has run: nothing is checked here again."""
        self._model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
        self._graph = self._model.subgraphs[0]
        self.operations = [self._operation(each) for each in self._graph.operators]
        self._maker = {each.output: each for each in self.operations}

    @property
    def input(self) -> int:
        """The tensor that the pictures go into."""
        return int(self._graph.inputs[0])

    def name(self, tensor: int) -> str:
        """Return what the network calls the tensor; after Keras' layers, "" where it says nothing."""
        name = self._graph.tensors[tensor].name
        return name.decode(errors="replace") if isinstance(name, bytes) else name or ""

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Return the shape of the tensor for one picture, without the axis of pictures."""
        return tuple(int(side) for side in self._graph.tensors[tensor].shape[1:])

    def is_float(self, tensor: int) -> bool:
        """Return whether the tensor holds float32, as all that is made of a picture does."""
        return bool(self._graph.tensors[tensor].type == schema.TensorType.FLOAT32)

    def constant(self, tensor: int) -> NDArray[np.float32] | None:
        """Return weights as float32, whole numbers scaled back; None for what is no weights."""
        if tensor in self._maker:
            made = self._maker[tensor]
            return self.constant(made.inputs[0]) if made.name == "DEQUANTIZE" else None
        held = self._graph.tensors[tensor] if tensor >= 0 else None
        data = None if held is None else self._model.buffers[held.buffer].data
        if held is None or data is None or held.type not in _TYPES:
            return None
        values = np.frombuffer(bytes(data), _TYPES[held.type]).reshape(held.shape).astype(np.float32)
        return _scaled(values, held.quantization)

    def with_outputs(self, tensors: Sequence[int]) -> bytes:
        """Return the .tflite file with these tensors as its outputs."""
        outputs = self._graph.outputs
        try:
            self._graph.outputs = np.array(tensors, np.int32)
            return bytes(flatbuffer_utils.convert_object_to_bytearray(self._model))
        finally:
            self._graph.outputs = outputs

    def _operation(self, held: Any) -> Operation:
        code = self._model.operatorCodes[held.opcodeIndex]
        options = held.builtinOptions
        return Operation(
            _OPERATIONS.get(max(code.builtinCode, code.deprecatedBuiltinCode), "CUSTOM"),
            tuple(int(tensor) for tensor in held.inputs),
            int(held.outputs[0]),
            _ACTIVATIONS.get(getattr(options, "fusedActivationFunction", 0), "NONE"),
            (getattr(options, "filterHeight", 0), getattr(options, "filterWidth", 0)),
        )


def _scaled(values: NDArray[np.float32], quantization: Any) -> NDArray[np.float32]:
    """Return weights kept as whole numbers as what they stand for, with a scale for each filter or unit."""
    if quantization is None or quantization.scale is None or not len(quantization.scale):
        return values
    zero = 0 if quantization.zeroPoint is None else np.asarray(quantization.zeroPoint, np.float32)
    axes = [1] * values.ndim
    axes[quantization.quantizedDimension] = -1
    return (values - np.reshape(zero, axes if np.size(zero) > 1 else [])) * np.reshape(
        np.asarray(quantization.scale, np.float32), axes if len(quantization.scale) > 1 else []
    )
