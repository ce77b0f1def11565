"""Networks in LiteRT files, run from many threads."""

from __future__ import annotations

import os
import threading

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.preprocessing.normalization import scale_to_unit

_BATCH = 64


class LiteRTNetwork:
    """A network from one array to another, both with a first axis of any length; safe to share between threads."""

    def __init__(self, content: bytes, name: str = "") -> None:
        """Start LiteRT on `content`, a .tflite file.

        Raises:
            ModelError: LiteRT cannot run it.
        """
        self._lock = threading.Lock()
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=min(2, os.cpu_count() or 1))
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"The network of the model {name!r} cannot be run by LiteRT.") from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [details["index"] for details in self._interpreter.get_output_details()]

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The sides of its input and of its first output, but for the first."""
        given, answers = (
            tuple(int(side) for side in details[0]["shape"][1:])
            for details in (self._interpreter.get_input_details(), self._interpreter.get_output_details())
        )
        return given, answers

    def run(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the output for `inputs`, uint8 (n, ...) of 0 to 255, which the network sees as 0 to 1; n may be 0."""
        outputs = [self.run_once(inputs[start : start + _BATCH])[0] for start in range(0, len(inputs), _BATCH)]
        return np.concatenate(outputs) if outputs else np.empty((0, *self.shapes[1]), np.float32)

    def run_once(self, batch: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """Return each of the network's outputs for a batch, uint8 (n, ...), that fits into memory; n is not 0."""
        with self._lock:
            if tuple(self._interpreter.get_input_details()[0]["shape"]) != batch.shape:
                self._interpreter.resize_tensor_input(self._input, batch.shape)
                self._interpreter.allocate_tensors()
            self._interpreter.set_tensor(self._input, scale_to_unit(batch))
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(output) for output in self._outputs]
