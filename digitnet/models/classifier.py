"""From 28 x 28 pictures to probabilities, by LiteRT."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.labels import CLASSES
from digitnet.models.active import get_active_model
from digitnet.models.calibration import apply_temperature
from digitnet.models.card import read_card
from digitnet.models.litert import LiteRTNetwork
from digitnet.models.store import load_tflite

_USUAL_LEVEL = 0.8


class Classifier:
    """A trained network that reads digits; safe to share between threads."""

    def __init__(
        self,
        content: bytes,
        name: str = "",
        temperature: float = 1.0,
        accept: dict[float, float] | None = None,
        fine_tuned: bool = False,
    ) -> None:
        """Start LiteRT on `content`, a .tflite file from (n, 28, 28, 1) to (n, 10), or to (n, 11) if it refuses.

        Args:
            temperature: what the network's certainty is divided by, see `digitnet.calibration`.
            accept: least confidence by the share of accepted digits that may be wrong.
            fine_tuned: it learnt people's own digits, too.

        Raises:
            ModelError: LiteRT cannot run it, or its shapes are others.
        """
        self.name = name
        self.fine_tuned = fine_tuned
        self._temperature = temperature
        self._accept = accept or {}
        self._network = LiteRTNetwork(content, name)
        self._outputs = self._checked_outputs()

    @classmethod
    def load(cls, name: str | None = None) -> Classifier:
        """Return the classifier of the model called `name`, the active one without a name.

        Raises:
            ModelError: there is no such model, or it is incomplete or damaged.
        """
        name = get_active_model() if name is None else name
        card = read_card(name)
        return cls(load_tflite(name), name, card.temperature, card.acceptance_levels, card.fine_tuned)

    @property
    def refuses(self) -> bool:
        """Whether the network knows what is no digit."""
        return self._outputs > CLASSES

    def find_min_confidence(self, risk: float) -> float:
        """Return the least confidence at which at most `risk` (0 to 1) of the accepted digits are wrong.

        As measured when the model was made, on varied copies of digits it was not trained on; a usual level
        where nothing is known, and 1 where no level keeps so small a risk.
        """
        fitting = [level for known, level in self._accept.items() if known <= risk * 1.001]
        return min(fitting, default=1.0 if self._accept else _USUAL_LEVEL)

    def predict_digit_probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the ten probabilities of each picture.

        Args:
            pictures: uint8 (n, 28, 28), normalised, ink 255.

        Returns:
            float32 (n, 10); what a row lacks to 1 is the probability that it is no digit.
        """
        return self.predict_probabilities(pictures)[:, :CLASSES]

    def predict_probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities float32 (n, 10), or (n, 11) with that of no digit, each row summing to 1."""
        answers = self._network.run(pictures[..., None])
        return answers if self._temperature == 1.0 else apply_temperature(answers, self._temperature)

    def _checked_outputs(self) -> int:
        given, answers = self._network.shapes
        if given != (28, 28, 1) or answers not in ((CLASSES,), (CLASSES + 1,)):
            raise ModelError(
                f"Expected a network from (n, 28, 28, 1) to (n, 10) or (n, 11). Received: {given, answers}."
            )
        return answers[0]
