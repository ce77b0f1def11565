"""Trains the network of `digitnet.context`: python -m digitnet context."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import keras
import numpy as np
import tensorflow
from keras import Input, Sequential
from keras import layers as k
from numpy.typing import NDArray

from digitnet import store
from digitnet.context import CARD, FILE, TALL, WIDE
from digitnet.context_examples import Examples, make_examples
from digitnet.datasets import Digits, load_mnist, split
from digitnet.files import write_atomically
from digitnet.layers import CLASSES
from digitnet.litert import Network
from digitnet.normalization import scaled

NUMBERS, EPOCHS, SEED = 60_000, 10, 0
_HELD_OUT = 0.02  # of the training digits
_VALIDATION_NUMBERS = 3_000
_IN_EPOCH = 250_000  # candidates
_BATCH = 256
_SHARES = 16  # that the numbers are made in: what comes of them does not depend on the machine


def train(
    folder: Path,
    numbers: int = NUMBERS,
    epochs: int = EPOCHS,
    seed: int = SEED,
    report: Callable[[str], None] = print,
) -> None:
    """Train the network and write it to `folder`, with a card that says of what it was made."""
    training, held_out = split(load_mnist()[0], _HELD_OUT, seed)
    report(f"writing {numbers:,} numbers and taking them apart")
    learnt = _in_processes(training, numbers, seed)
    validation = make_examples(held_out, max(1, numbers * _VALIDATION_NUMBERS // NUMBERS), (seed, 1))
    report(f"{len(learnt.labels):,} candidates, of which {np.mean(learnt.labels < CLASSES):.1%} are a digit")
    network = _fit(learnt, validation, epochs, seed, report)
    _write(network, validation, folder, {"numbers": numbers, "epochs": epochs, "seed": seed}, report)


def _in_processes(digits: Digits, numbers: int, seed: int) -> Examples:
    shares = [numbers // _SHARES + (share < numbers % _SHARES) for share in range(_SHARES)]
    with ProcessPoolExecutor(min(_SHARES, os.cpu_count() or 1)) as processes:
        seeds = [(seed, 0, share) for share in range(_SHARES)]
        found = list(processes.map(make_examples, [digits] * _SHARES, shares, seeds))
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


class _Batches(keras.utils.PyDataset):
    """Candidates in random order, faint and dark."""

    def __init__(self, learnt: Examples, seed: int) -> None:
        super().__init__()
        self._learnt = learnt
        self._seed = seed
        self._rng = np.random.default_rng((seed, 2))
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, min(_IN_EPOCH, len(self._learnt.labels)) // _BATCH)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        own = self._order[index * _BATCH : (index + 1) * _BATCH]
        rng = np.random.default_rng((self._seed, 3, int(own[0])))
        darkness = rng.uniform(0.7, 1, (len(own), 1, 1, 1)).astype(np.float32)
        return scaled(self._learnt.pictures[own]) * darkness, self._learnt.labels[own]

    def on_epoch_end(self) -> None:
        """Shuffle anew."""
        self._order = self._rng.permutation(len(self._learnt.labels))


def _built() -> Sequential:
    def convolution(filters: int, window: int = 3, stride: int = 1) -> list[k.Layer]:
        return [
            k.Conv2D(filters, window, strides=stride, padding="same", use_bias=False),
            k.BatchNormalization(),
            k.ReLU(),
        ]

    return Sequential(
        [
            Input((TALL, WIDE, 2)),
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
            k.Dense(CLASSES + 1, activation="softmax"),
        ]
    )


def _fit(learnt: Examples, validation: Examples, epochs: int, seed: int, report: Callable[[str], None]) -> Sequential:
    keras.utils.set_random_seed(seed)
    network, batches = _built(), _Batches(learnt, seed)
    steps = len(batches) * epochs
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, round(steps * 0.9)), warmup_target=2e-3, warmup_steps=max(1, round(steps * 0.1))
    )
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    told = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: report(
            f"epoch {epoch + 1} of {epochs}: loss {logs['loss']:.4f}, held out {logs['val_loss']:.4f}, "
            f"{logs['val_accuracy']:.2%} right"
        )
    )
    held_out = (scaled(validation.pictures), validation.labels)
    network.fit(batches, validation_data=held_out, epochs=epochs, callbacks=[told], verbose=0)
    return network


def _write(
    network: Sequential, validation: Examples, folder: Path, settings: dict[str, int], report: Callable[[str], None]
) -> None:
    """Write the network with weights of 8 bits, and its card."""
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    content = path.read_bytes()
    accuracy = float(np.mean(Network(content, FILE).run(validation.pictures).argmax(axis=1) == validation.labels))
    card = {
        "about": "what a candidate is, seen with the ink around it; see digitnet/context.py",
        **settings,
        "held_out_candidates": len(validation.labels),
        "held_out_accuracy": round(accuracy, 4),
        "parameters": network.count_params(),
        "tflite_bytes": len(content),
        "sha256": store.digest(content),
        "versions": {"python": platform.python_version(), "tensorflow": tensorflow.__version__},
    }
    write_atomically(folder / CARD, (json.dumps(card, indent=2) + "\n").encode())
    report(f"{path}: {len(content):,} bytes, {accuracy:.2%} of the candidates held out are told right")
