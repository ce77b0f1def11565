"""Build the context classifier's network and training task: python -m digitnet context."""

from __future__ import annotations

import numpy as np
from keras import Input, Sequential
from keras import layers as k
from numpy.typing import NDArray

from digitnet.decoding.context_classifier import CARD_FILE, NETWORK_FILE, PICTURE_HEIGHT, PICTURE_WIDTH
from digitnet.labels import CLASSES
from digitnet.training.decoder_networks.context_examples import make_examples
from digitnet.training.decoder_networks.task import TrainingTask


def _build_network() -> Sequential:
    """Build a network from a candidate and the ink around it to 11 probabilities."""

    def convolution(filters: int, window: int = 3, stride: int = 1) -> list[k.Layer]:
        return [
            k.Conv2D(filters, window, strides=stride, padding="same", use_bias=False),
            k.BatchNormalization(),
            k.ReLU(),
        ]

    return Sequential(
        [
            Input((PICTURE_HEIGHT, PICTURE_WIDTH, 2)),
            *convolution(32, 5, 2),
            *convolution(64),
            k.MaxPooling2D(),
            *convolution(96),
            *convolution(96),
            k.MaxPooling2D(),
            k.Flatten(),
            k.Dropout(0.3),
            k.Dense(128, activation="relu"),
            k.Dropout(0.2),
            k.Dense(CLASSES + 1, activation="softmax", dtype="float32"),
        ]
    )


def _measure_accuracy(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    return float(np.mean(probabilities.argmax(axis=1) == labels))


TASK = TrainingTask(
    description="classifies a candidate together with the ink around it; see digitnet/decoding/context_classifier.py",
    example_name="candidates",
    model_file=NETWORK_FILE,
    card_file=CARD_FILE,
    make_examples=make_examples,
    build_network=_build_network,
    measure_accuracy=_measure_accuracy,
    numbers=60_000,
    epochs=10,
    held_out_ratio=0.05,
    batch_size=256,
    examples_per_epoch=250_000,
    compile_options={"loss": "sparse_categorical_crossentropy"},
)
