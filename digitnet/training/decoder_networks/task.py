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
class Lesson:
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

    about: str
    things: str
    file: str
    card: str
    make: Callable[[Digits, int, tuple[int, ...]], Examples]
    build: Callable[[], keras.Model]
    score: Callable[[NDArray[np.float32], Pictures], float]
    numbers: int
    epochs: int
    held_out: float
    batch: int
    in_epoch: int
    compiled: dict[str, Any] = field(default_factory=dict)
    clip: float | None = None


def train(
    lesson: Lesson,
    folder: Path,
    numbers: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    report: Report = print,
) -> None:
    """Train a network and write it to `folder`, with a card that says of what it was made.

    After each epoch all that is needed to go on is kept there, too: interrupted, it goes on from there, if it is
    started again with the same settings.
    """
    settings = {"numbers": numbers or lesson.numbers, "epochs": epochs or lesson.epochs, "seed": seed}
    training, other = split(load_mnist()[0], _HELD_OUT, seed)
    report(f"writing {settings['numbers']:,} numbers")
    learnt = _in_processes(lesson, training, settings["numbers"], seed)
    held_out = lesson.make(other, max(1, round(settings["numbers"] * lesson.held_out)), (seed, 1))
    report(f"{len(learnt.labels):,} {lesson.things}")
    keras.utils.set_random_seed(seed)
    with bfloat16_policy(True):
        network = lesson.build()
    kept = folder / f".{lesson.file}-{'-'.join(map(str, settings.values()))}.weights.h5"
    _fit(network, lesson, learnt, held_out, settings, kept, report)
    _write(network, lesson, held_out, folder, settings, report)
    kept.unlink()


def _in_processes(lesson: Lesson, digits: Digits, numbers: int, seed: int) -> Examples:
    shares = [numbers // _SHARES + (share < numbers % _SHARES) for share in range(_SHARES)]
    with ProcessPoolExecutor(min(_SHARES, os.cpu_count() or 1)) as processes:
        seeds = [(seed, 0, share) for share in range(_SHARES)]
        found = list(processes.map(lesson.make, [digits] * _SHARES, shares, seeds))
    return Examples(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))


class _Batches(keras.utils.PyDataset):
    """Examples in random order, faint and dark."""

    def __init__(self, lesson: Lesson, learnt: Examples, seed: int) -> None:
        super().__init__()
        self._lesson, self._learnt, self._seed = lesson, learnt, seed
        self._rng = np.random.default_rng((seed, 2))
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, min(self._lesson.in_epoch, len(self._learnt.labels)) // self._lesson.batch)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], Pictures]:
        own = self._order[index * self._lesson.batch :][: self._lesson.batch]
        rng = np.random.default_rng((self._seed, 3, int(own[0])))
        darkness = rng.uniform(0.7, 1, (len(own), 1, 1, 1)).astype(np.float32)
        return scale_to_unit(self._learnt.pictures[own]) * darkness, self._learnt.labels[own]

    def on_epoch_end(self) -> None:
        """Shuffle anew."""
        self._order = self._rng.permutation(len(self._learnt.labels))


def _fit(
    network: keras.Model,
    lesson: Lesson,
    learnt: Examples,
    held_out: Examples,
    settings: dict[str, int],
    kept: Path,
    report: Report,
) -> None:
    """Learn; `kept` is where what is learnt so far is kept after each epoch, and taken up again."""
    epochs = settings["epochs"]
    batches = _Batches(lesson, learnt, settings["seed"])
    steps = len(batches) * epochs
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, round(steps * 0.9)), warmup_target=2e-3, warmup_steps=max(1, round(steps * 0.1))
    )
    network.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=lesson.clip), **lesson.compiled)
    done = 0
    if kept.exists():
        network.optimizer.build(network.trainable_variables)
        network.load_weights(kept)
        done = int(network.optimizer.iterations) // len(batches)
        report(f"going on after epoch {done} of {epochs}")
    for _ in range(done):
        batches.on_epoch_end()

    def keep(epoch: int, logs: dict[str, float]) -> None:
        fresh = kept.with_name(f".new{kept.name}")  # never half written
        network.save_weights(fresh)
        fresh.replace(kept)
        report(f"epoch {epoch + 1} of {epochs}: loss {logs['loss']:.4f}, held out {logs['val_loss']:.4f}")

    kept.parent.mkdir(parents=True, exist_ok=True)
    network.fit(
        batches,
        validation_data=(scale_to_unit(held_out.pictures), held_out.labels),
        initial_epoch=done,
        epochs=epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=keep)],
        verbose=0,
    )


def _write(
    network: keras.Model, lesson: Lesson, held_out: Examples, folder: Path, settings: dict[str, int], report: Report
) -> None:
    """Write the network with weights of 8 bits, and its card."""
    whole = lesson.build()  # as it is in 32 bits
    whole.set_weights(network.get_weights())
    path = folder / lesson.file
    whole.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    content = path.read_bytes()
    accuracy = lesson.score(LiteRTNetwork(content, lesson.file).run(held_out.pictures), held_out.labels)
    card = {
        "about": lesson.about,
        **settings,
        f"held_out_{lesson.things}": len(held_out.labels),
        "held_out_accuracy": round(accuracy, 4),
        "parameters": network.count_params(),
        "multiplied_in": choose_compute_dtype(True),
        "tflite_bytes": len(content),
        "sha256": store.compute_digest(content),
        "versions": {"python": platform.python_version(), "tensorflow": tensorflow.__version__},
    }
    write_atomically(folder / lesson.card, (json.dumps(card, indent=2) + "\n").encode())
    report(f"{path}: {len(content):,} bytes, {accuracy:.2%} of the {lesson.things} held out are told right")
