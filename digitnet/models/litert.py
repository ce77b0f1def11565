"""Run LiteRT networks from any number of threads."""

from __future__ import annotations

import os
import threading

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.preprocessing.normalization import scale_to_unit

_BATCH_SIZE = 64


class LiteRTNetwork:
    """A network from arrays (n, ...) to arrays (n, ...); safe to share between threads."""

    def __init__(self, content: bytes, name: str = "") -> None:
        """Load `content`, a .tflite file.

        Args:
            name: name of the model, for the error message.

        Raises:
            ModelError: LiteRT cannot run it.
        """
        self._lock = threading.Lock()
        try:
            threads = int(os.environ.get("DIGITNET_THREADS") or min(2, os.cpu_count() or 1))
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"The network of the model {name!r} cannot be run by LiteRT.") from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [details["index"] for details in self._interpreter.get_output_details()]

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Shapes of the input and of the first output, without the first axis."""
        input_shape, output_shape = (
            tuple(int(side) for side in details[0]["shape"][1:])
            for details in (self._interpreter.get_input_details(), self._interpreter.get_output_details())
        )
        return input_shape, output_shape

    def run(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the first output of the network.

        Args:
            inputs: uint8 (n, ...), scaled to 0..1 for the network; n may be 0.

        Returns:
            float32 (n, ...).
        """
        outputs = [
            self.run_once(inputs[start : start + _BATCH_SIZE])[0] for start in range(0, len(inputs), _BATCH_SIZE)
        ]
        return np.concatenate(outputs) if outputs else np.empty((0, *self.shapes[1]), np.float32)

    def run_once(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Return all outputs, float32 (n, ...) each, for one batch, uint8 (n, ...) with n > 0."""
        with self._lock:
            if tuple(self._interpreter.get_input_details()[0]["shape"]) != batch.shape:
                self._interpreter.resize_tensor_input(self._input, batch.shape)
                self._interpreter.allocate_tensors()
            self._interpreter.set_tensor(self._input, scale_to_unit(batch))
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(output) for output in self._outputs]
