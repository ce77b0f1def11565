"""Classify 28 x 28 pictures with a trained network in LiteRT."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.labels import CLASSES
from digitnet.models.active import get_active_model
from digitnet.models.calibration import apply_temperature
from digitnet.models.card import read_card
from digitnet.models.litert import LiteRTNetwork
from digitnet.models.number_levels import load_levels
from digitnet.models.store import load_tflite


class Classifier:
    """A trained network that reads digits; safe to share between threads."""

    def __init__(
        self,
        content: bytes,
        name: str = "",
        temperature: float = 1.0,
        acceptance_levels: dict[float, float] | None = None,
        fine_tuned: bool = False,
    ) -> None:
        """Load a network.

        Args:
            content: a .tflite file from (n, 28, 28, 1) to (n, 10), or to (n, 11) if it refuses.
            name: name of the model.
            temperature: divisor of the network's logits, see `digitnet.models.calibration`.
            acceptance_levels: least confidence by the share of accepted digits that may be wrong.
            fine_tuned: whether the network was trained on user digits.

        Raises:
            ModelError: LiteRT cannot run the network, or it has other shapes.
        """
        self.name = name
        self.fine_tuned = fine_tuned
        self._temperature = temperature
        self._acceptance_levels = acceptance_levels or {}
        self._network = LiteRTNetwork(content, name)
        self._outputs = self._check_shapes()

    @classmethod
    def load(cls, name: str | None = None) -> Classifier:
        """Return the classifier of the model called `name`, or of the active model.

        Raises:
            ModelError: there is no such model, or it is incomplete or damaged.
        """
        name = get_active_model() if name is None else name
        card = read_card(name)
        return cls(load_tflite(name), name, card.temperature, card.acceptance_levels, card.fine_tuned)

    @property
    def refuses(self) -> bool:
        """Whether the network has an output for pictures that are not a digit."""
        return self._outputs > CLASSES

    def find_min_confidence(self, risk: float) -> float:
        """Return the least confidence of a number that accepts at most `risk` (0 to 1) of mistakes.

        It was measured on whole numbers, see `number_levels`. For a network of ten labels that was measured on single
        digits when it was made, the higher level counts. It is 1 if no confidence keeps so small a risk.
        """
        return min((level for level_risk, level in self.levels.items() if level_risk <= risk * 1.001), default=1.0)

    @property
    def levels(self) -> dict[float, float]:
        """The least confidence by the share of accepted numbers that may be wrong."""
        own = {} if self.refuses else self._acceptance_levels
        return {risk: max(level, own.get(risk, 0.0)) for risk, level in load_levels().levels.items()}

    def predict_digit_probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities of the ten digits.

        Args:
            pictures: uint8 (n, 28, 28), normalized, ink 255.

        Returns:
            float32 (n, 10); a row sums to 1 less the probability that the picture is not a digit.
        """
        return self.predict_probabilities(pictures)[:, :CLASSES]

    def predict_probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities of all classes.

        Args:
            pictures: uint8 (n, 28, 28), normalized, ink 255.

        Returns:
            float32 (n, 10), or (n, 11) with the probability that the picture is not a digit; each row sums to 1.
        """
        return self.calibrate(self.predict_outputs(pictures))

    def predict_outputs(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the network's own outputs, before any temperature; shapes as in `predict_probabilities`."""
        return self._network.run(pictures[..., None])

    def calibrate(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probabilities of all classes from the network's outputs, both float32 (n, 10) or (n, 11)."""
        return outputs if self._temperature == 1.0 else apply_temperature(outputs, self._temperature)

    def _check_shapes(self) -> int:
        """Return the number of outputs; raises ModelError."""
        input_shape, output_shape = self._network.shapes
        if input_shape != (28, 28, 1) or output_shape not in ((CLASSES,), (CLASSES + 1,)):
            raise ModelError(
                f"Expected a network from (n, 28, 28, 1) to (n, 10) or (n, 11). Received: {input_shape, output_shape}."
            )
        return output_shape[0]
