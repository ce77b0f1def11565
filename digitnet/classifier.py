"""From 28 x 28 pictures to probabilities, by LiteRT."""

from __future__ import annotations

import os
import threading

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from digitnet.calibration import tempered
from digitnet.cards import read_card
from digitnet.errors import ModelError
from digitnet.layers import CLASSES
from digitnet.normalization import as_network_input
from digitnet.store import active_model, load_tflite

_BATCH = 64
_USUAL_LEVEL = 0.8


class Classifier:
    """A trained network that reads digits; safe to share between threads."""

    def __init__(
        self, content: bytes, name: str = "", temperature: float = 1.0, accept: dict[float, float] | None = None
    ) -> None:
        """Start LiteRT on `content`, a .tflite file from (n, 28, 28, 1) to (n, 10), or to (n, 11) if it refuses.

        Args:
            temperature: what the network's certainty is divided by, see `digitnet.calibration`.
            accept: least confidence by the share of accepted digits that may be wrong.

        Raises:
            ModelError: LiteRT cannot run it, or its shapes are others.
        """
        self.name = name
        self._temperature = temperature
        self._accept = accept or {}
        self._lock = threading.Lock()
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=min(2, os.cpu_count() or 1))
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"The network of the model {name!r} cannot be run by LiteRT.") from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._outputs = self._checked_outputs()

    @classmethod
    def load(cls, name: str | None = None) -> Classifier:
        """Return the classifier of the model called `name`, the active one without a name.

        Raises:
            ModelError: there is no such model, or it is incomplete or damaged.
        """
        name = active_model() if name is None else name
        card = read_card(name)
        return cls(load_tflite(name), name, card.temperature, card.accept)

    @property
    def refuses(self) -> bool:
        """Whether the network knows what is no digit."""
        return self._outputs > CLASSES

    def level(self, risk: float) -> float:
        """Return the least confidence at which at most `risk` (0 to 1) of the accepted digits are wrong.

        As measured when the model was made, on varied copies of digits it was not trained on; a usual level
        where nothing is known, and 1 where no level keeps so small a risk.
        """
        fitting = [level for known, level in self._accept.items() if known <= risk * 1.001]
        return min(fitting, default=1.0 if self._accept else _USUAL_LEVEL)

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten probabilities of each picture.

        Args:
            pictures: uint8 (n, 28, 28), normalised, ink 255.

        Returns:
            float32 (n, 10); what a row lacks to 1 is the probability that it is no digit.
        """
        return self.answers(pictures)[:, :CLASSES]

    def answers(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities float32 (n, 10), or (n, 11) with that of no digit, each row summing to 1."""
        batches = [
            self._run(as_network_input(pictures[start : start + _BATCH])) for start in range(0, len(pictures), _BATCH)
        ]
        answers = np.concatenate(batches) if batches else np.empty((0, self._outputs), np.float32)
        return answers if self._temperature == 1.0 else tempered(answers, self._temperature)

    def _run(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        with self._lock:
            if self._interpreter.get_input_details()[0]["shape"][0] != len(inputs):
                self._interpreter.resize_tensor_input(self._input, inputs.shape)
                self._interpreter.allocate_tensors()
            self._interpreter.set_tensor(self._input, inputs)
            self._interpreter.invoke()
            outputs: NDArray[np.float32] = self._interpreter.get_tensor(self._output)
        return outputs

    def _checked_outputs(self) -> int:
        given, answers = (
            tuple(int(side) for side in details[0]["shape"][1:])
            for details in (self._interpreter.get_input_details(), self._interpreter.get_output_details())
        )
        if given != (28, 28, 1) or answers not in ((CLASSES,), (CLASSES + 1,)):
            raise ModelError(
                f"Expected a network from (n, 28, 28, 1) to (n, 10) or (n, 11). Received: {given, answers}."
            )
        return answers[0]
