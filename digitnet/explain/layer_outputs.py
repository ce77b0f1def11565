"""Compute the outputs of a model's layers, and read the weights of its first layer.

Everything comes from the model's own `model.tflite`, in which `digitnet.explain.litert_graph` declares the layers'
outputs as outputs. So there is no second file to export, keep and check, models of earlier versions and from
elsewhere can be inspected too, and the process that reads digits needs no TensorFlow.
"""

from __future__ import annotations

import math
import threading

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import ModelError
from digitnet.explain import unit_sums
from digitnet.explain.layer_descriptions import (
    DROPOUT,
    FLATTEN,
    LayerDescription,
    describe_layers,
    group_operations,
    has_weights,
)
from digitnet.explain.litert_graph import Graph
from digitnet.explain.unit_sums import UnitSum
from digitnet.models.card import Card, read_card
from digitnet.models.classifier import Classifier
from digitnet.models.litert import LiteRTNetwork
from digitnet.models.store import load_tflite
from digitnet.preprocessing.normalization import PICTURE_SIZE, scale_to_unit, to_network_input

Values = NDArray[np.float32]


class ModelInspector:
    """The layers of a model and their outputs; safe to share between threads.

    Attributes:
        layers: descriptions of all layers, from the first to the last.
    """

    def __init__(self, content: bytes, card: Card) -> None:
        """Open `content`, a .tflite file that digitnet can read digits with.

        Raises:
            ModelError: LiteRT cannot run it, it has other shapes, or none of its layers has weights.
        """
        Classifier(content, card.name)
        self._graph = Graph(content)
        groups = list(group_operations(self._graph))
        self._weighted_groups = [group for group in groups if has_weights(group)]
        if not self._weighted_groups:
            raise ModelError(f"The network of the model {card.name!r} has no layer with weights.")
        self.layers = describe_layers(self._graph, groups, card)
        self._lock = threading.Lock()
        used = [tensor for group in self._weighted_groups for tensor in (group[-1].output, group[0].inputs[0])]
        self._computed = [tensor for tensor in dict.fromkeys(used) if tensor != self._graph.input]
        self._network = LiteRTNetwork(self._graph.write_with_outputs(self._computed), card.name)

    @classmethod
    def load(cls, name: str) -> ModelInspector:
        """Open the model called `name`.

        Raises:
            ModelError: there is no such model, it is damaged, or it cannot be inspected.
        """
        return cls(load_tflite(name), read_card(name))

    @property
    def weighted_layers(self) -> list[LayerDescription]:
        """The layers with weights, in the order of `compute_outputs`."""
        return [layer for layer in self.layers if layer.output_index is not None]

    def compute_outputs(self, picture: NDArray[np.uint8]) -> list[Values]:
        """Compute the output of each layer with weights for a digit, after its activation.

        Args:
            picture: uint8 (28, 28), normalized, ink 255.

        Returns:
            For each layer a float32 (h, w, channels) or (units,). The output of the last one is the probabilities,
            before the model's temperature is applied.
        """
        values = self._compute(picture)
        return [values[group[-1].output] for group in self._weighted_groups]

    def find_layer_before(self, index: int) -> LayerDescription | None:
        """Return the layer that the inputs of a layer come from, None for the pixels of the digit.

        Args:
            index: of the layer in `weighted_layers`.
        """
        end = self.layers.index(self.weighted_layers[index])
        before = [layer for layer in self.layers[:end] if layer.kind not in (FLATTEN, DROPOUT)]
        return before[-1] if before else None

    def has_unit_sums(self, index: int) -> bool:
        """Return whether `compute_unit_sum` knows the layer with this index in `weighted_layers`."""
        return unit_sums.has_unit_sums(self._graph, self._weighted_groups[index][0])

    def compute_unit_sum(self, picture: NDArray[np.uint8], index: int, unit: tuple[int, ...]) -> UnitSum:
        """Compute the sum of a unit for a digit.

        Args:
            picture: uint8 (28, 28), normalized, ink 255.
            index: of the layer in `weighted_layers`.
            unit: an index into the layer's output: row, column and feature map, or the unit alone.

        Raises:
            ModelError: it is neither a dense layer nor a usual convolution.
        """
        group, values = self._weighted_groups[index], self._compute(picture)
        return unit_sums.compute_unit_sum(
            self._graph, group[0], values[group[0].inputs[0]], values[group[-1].output], unit
        )

    def _compute(self, picture: NDArray[np.uint8]) -> dict[int, Values]:
        """Compute the inputs and the outputs of the layers with weights, by their tensors."""
        batch = picture[np.newaxis, ..., np.newaxis]
        computed = zip(self._computed, self._network.run_once(batch), strict=True)
        return {self._graph.input: scale_to_unit(batch)[0], **{tensor: output[0] for tensor, output in computed}}

    def compute_features(self, pictures: NDArray[np.uint8]) -> Values:
        """Compute the outputs of the last hidden layer, or the pixels without a hidden layer.

        Args:
            pictures: uint8 (n, 28, 28), normalized, ink 255.

        Returns:
            float32 (n, d).
        """
        last = self._weighted_groups[-1][0]
        hidden = next(tensor for tensor in last.inputs if self._graph.read_weights(tensor) is None)
        length = math.prod(self._graph.get_shape(hidden))
        if hidden == self._graph.input or not len(pictures):
            return to_network_input(pictures).reshape(len(pictures), length)
        with self._lock:
            content = self._graph.write_with_outputs([hidden])
        return LiteRTNetwork(content).run(pictures[..., np.newaxis]).reshape(len(pictures), length)

    def read_filters(self) -> Values:
        """Return the weights of a first convolution, float32 (h, w, filters).

        A network that does not begin with a convolution of one channel gives (0, 0, 0).
        """
        first = self._weighted_groups[0][0]
        weights = self._graph.read_weights(first.inputs[1])
        if first.name != "CONV_2D" or weights is None or weights.shape[3] != 1:
            return np.empty((0, 0, 0), np.float32)
        return np.moveaxis(weights[..., 0], 0, -1)

    def read_unit_weights(self) -> Values:
        """Return the weights of a first dense layer, one for each pixel: float32 (28, 28, units).

        A network that does not begin with a dense layer gives (28, 28, 0).
        """
        first = self._weighted_groups[0][0]
        weights = self._graph.read_weights(first.inputs[1])
        if first.name != "FULLY_CONNECTED" or weights is None or weights.shape[1] != PICTURE_SIZE * PICTURE_SIZE:
            return np.empty((PICTURE_SIZE, PICTURE_SIZE, 0), np.float32)
        return weights.T.reshape(PICTURE_SIZE, PICTURE_SIZE, -1)
