"""Trains the networks that the search asks, `digitnet.context` and `digitnet.sequence`.

Both learn from numbers written with MNIST's training digits, and are shipped with weights of 8 bits and a card.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits, load_mnist, split
from digitnet.files import write_atomically
from digitnet.models import store
from digitnet.models.litert import LiteRTNetwork
from digitnet.preprocessing.normalization import scale_to_unit
from digitnet.training.decoder_networks.context_examples import Examples
from digitnet.training.mixed_precision import bfloat16_policy, choose_compute_dtype
from digitnet.types import Pictures

Report = Callable[[str], None]
_HELD_OUT = 0.02  # of the training digits
_SHARES = 16  # that the numbers are made in: what comes of them does not depend on the machine


@dataclass(frozen=True)
class TrainingTask:
    """What a network is to learn, and how.

    Attributes:
        about: one line for its card.
        things: what its examples are called.
        file, card: names of what is written.
        make: gives the examples of so many numbers, from a seed; a function of a module, as processes run it.
        build: gives the network.
        score: gives the share of the examples for which an output of the network is right.
        numbers, epochs: how many, unless told.
        held_out: numbers of other digits for each that is trained on.
        batch, in_epoch: examples.
        compiled: the loss, and what else the network is compiled with.
        clip: norm at which gradients are clipped.
    """

    description: str
    example_name: str
    model_file: str
    card_file: str
    make_examples: Callable[[Digits, int, tuple[int, ...]], Examples]
    build_network: Callable[[], keras.Model]
    measure_accuracy: Callable[[NDArray[np.float32], Pictures], float]
    numbers: int
    epochs: int
    held_out_ratio: float
    batch_size: int
    examples_per_epoch: int
    compile_options: dict[str, Any] = field(default_factory=dict)
    clip_norm: float | None = None


def train(
    task: TrainingTask,
    folder: Path,
    numbers: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    report: Report = print,
) -> None:
    """Train a network and write it to `folder`, with a card that says of what it was made.

    After each epoch all that is needed to go on is checkpoint there, too: interrupted, it goes on from there, if it is
    started again with the same settings.
    """
    settings = {"numbers": numbers or task.numbers, "epochs": epochs or task.epochs, "seed": seed}
    training, other = split(load_mnist()[0], _HELD_OUT, seed)
    report(f"writing {settings['numbers']:,} numbers")
    examples = _make_in_processes(task, training, settings["numbers"], seed)
    held_out = task.make_examples(other, max(1, round(settings["numbers"] * task.held_out_ratio)), (seed, 1))
    report(f"{len(examples.labels):,} {task.example_name}")
    keras.utils.set_random_seed(seed)
    with bfloat16_policy(True):
        network = task.build_network()
    checkpoint = folder / f".{task.model_file}-{'-'.join(map(str, settings.values()))}.weights.h5"
    _fit(network, task, examples, held_out, settings, checkpoint, report)
    _write(network, task, held_out, folder, settings, report)
    checkpoint.unlink()


def _make_in_processes(task: TrainingTask, digits: Digits, numbers: int, seed: int) -> Examples:
    shares = [numbers // _SHARES + (share < numbers % _SHARES) for share in range(_SHARES)]
    with ProcessPoolExecutor(min(_SHARES, os.cpu_count() or 1)) as processes:
        seeds = [(seed, 0, share) for share in range(_SHARES)]
        found = list(processes.map(task.make_examples, [digits] * _SHARES, shares, seeds))
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


class _Batches(keras.utils.PyDataset):
    """Examples in random order, faint and dark."""

    def __init__(self, task: TrainingTask, examples: Examples, seed: int) -> None:
        super().__init__()
        self._task, self._examples, self._seed = task, examples, seed
        self._rng = np.random.default_rng((seed, 2))
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, min(self._task.examples_per_epoch, len(self._examples.labels)) // self._task.batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], Pictures]:
        own = self._order[index * self._task.batch_size :][: self._task.batch_size]
        rng = np.random.default_rng((self._seed, 3, int(own[0])))
        darkness = rng.uniform(0.7, 1, (len(own), 1, 1, 1)).astype(np.float32)
        return scale_to_unit(self._examples.pictures[own]) * darkness, self._examples.labels[own]

    def on_epoch_end(self) -> None:
        """Shuffle anew."""
        self._order = self._rng.permutation(len(self._examples.labels))


def _fit(
    network: keras.Model,
    task: TrainingTask,
    examples: Examples,
    held_out: Examples,
    settings: dict[str, int],
    checkpoint: Path,
    report: Report,
) -> None:
    """Learn; `checkpoint` is where what is examples so far is checkpoint after each epoch, and taken up again."""
    epochs = settings["epochs"]
    batches = _Batches(task, examples, settings["seed"])
    steps = len(batches) * epochs
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, round(steps * 0.9)), warmup_target=2e-3, warmup_steps=max(1, round(steps * 0.1))
    )
    network.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=task.clip_norm), **task.compile_options)
    done = 0
    if checkpoint.exists():
        network.optimizer.build(network.trainable_variables)
        network.load_weights(checkpoint)
        done = int(network.optimizer.iterations) // len(batches)
        report(f"going on after epoch {done} of {epochs}")
    for _ in range(done):
        batches.on_epoch_end()

    def keep(epoch: int, logs: dict[str, float]) -> None:
        fresh = checkpoint.with_name(f".new{checkpoint.name}")  # never half written
        network.save_weights(fresh)
        fresh.replace(checkpoint)
        report(f"epoch {epoch + 1} of {epochs}: loss {logs['loss']:.4f}, held out {logs['val_loss']:.4f}")

    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    network.fit(
        batches,
        validation_data=(scale_to_unit(held_out.pictures), held_out.labels),
        initial_epoch=done,
        epochs=epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=keep)],
        verbose=0,
    )


def _write(
    network: keras.Model, task: TrainingTask, held_out: Examples, folder: Path, settings: dict[str, int], report: Report
) -> None:
    """Write the network with weights of 8 bits, and its card."""
    whole = task.build_network()  # as it is in 32 bits
    whole.set_weights(network.get_weights())
    path = folder / task.model_file
    whole.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    content = path.read_bytes()
    accuracy = task.measure_accuracy(LiteRTNetwork(content, task.model_file).run(held_out.pictures), held_out.labels)
    card = {
        "about": task.description,
        **settings,
        f"held_out_{task.example_name}": len(held_out.labels),
        "held_out_accuracy": round(accuracy, 4),
        "parameters": network.count_params(),
        "multiplied_in": choose_compute_dtype(True),
        "tflite_bytes": len(content),
        "sha256": store.compute_digest(content),
        "versions": {"python": platform.python_version(), "tensorflow": tensorflow.__version__},
    }
    write_atomically(folder / task.card_file, (json.dumps(card, indent=2) + "\n").encode())
    report(f"{path}: {len(content):,} bytes, {accuracy:.2%} of the {task.example_name} held out are told right")
