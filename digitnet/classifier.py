"""From 28 x 28 pictures to probabilities, by LiteRT."""

from __future__ import annotations

import os
import threading

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.normalization import as_network_input
from digitnet.store import active_model, load_tflite

CLASSES = 10
_BATCH = 64


class Classifier:
    """A trained network that reads digits; safe to share between threads."""

    def __init__(self, content: bytes, name: str = "") -> None:
        """Start LiteRT on `content`, a .tflite file from (n, 28, 28, 1) to (n, 10).

        Raises:
            ModelError: LiteRT cannot run it, or its shapes are others.
        """
        self.name = name
        self._lock = threading.Lock()
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=min(2, os.cpu_count() or 1))
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"The network of the model {name!r} cannot be run by LiteRT.") from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._check_shapes()

    @classmethod
    def load(cls, name: str | None = None) -> Classifier:
        """Return the classifier of the model called `name`, the active one without a name.

        Raises:
            ModelError: there is no such model, or it is incomplete or damaged.
        """
        name = active_model() if name is None else name
        return cls(load_tflite(name), name)

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten probabilities of each picture.

        Args:
            pictures: uint8 (n, 28, 28), normalised, ink 255.

        Returns:
            float32 (n, 10), each row summing to 1.
        """
        batches = [
            self._run(as_network_input(pictures[start : start + _BATCH])) for start in range(0, len(pictures), _BATCH)
        ]
        return np.concatenate(batches) if batches else np.empty((0, CLASSES), np.float32)

    def _run(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._lock:
            if self._interpreter.get_input_details()[0]["shape"][0] != len(inputs):
                self._interpreter.resize_tensor_input(self._input, inputs.shape)
                self._interpreter.allocate_tensors()
            self._interpreter.set_tensor(self._input, inputs)
            self._interpreter.invoke()
            outputs: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return outputs

    def _check_shapes(self) -> None:
        shapes = [
            tuple(int(side) for side in details[0]["shape"][1:])
            for details in (self._interpreter.get_input_details(), self._interpreter.get_output_details())
        ]
        if shapes != [(28, 28, 1), (CLASSES,)]:
            raise ModelError(f"Expected a network from (n, 28, 28, 1) to (n, 10). Received: {shapes}.")
