"""Train a network of the decoder, such as the context classifier.

It learns from other signs and from numbers written with the training digits of MNIST, and with those of a folder of
handwriting if one is given. It ships with 8-bit weights and a card.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits, join_digits, load_mnist, split
from digitnet.handwriting.pictures import load_handwritten_digits
from digitnet.preprocessing.normalization import scale_to_unit
from digitnet.training.decoder_networks.examples import Examples
from digitnet.training.mixed_precision import bfloat16_policy
from digitnet.training.network_file import write_network
from digitnet.types import Pictures

Report = Callable[[str], None]
_HELD_OUT_SHARE = 0.02  # This share of the training digits is held out.
_CHUNKS = 16  # Examples are made in this many chunks on every machine, so that they are the same everywhere.


@dataclass(frozen=True)
class TrainingTask:
    """The network, examples and settings of one training.

    Attributes:
        description: one line for the card.
        example_name: plural name of the examples.
        model_file, card_file: names of the files that are written.
        make_examples: makes examples from digits, a count of numbers and a seed; a module's function, so that other
            processes can run it.
        build_network: builds the network without weights.
        measure_accuracy: returns the share of examples, 0 to 1, for which an output of the network is right.
        numbers, epochs: how many numbers to write and epochs to train by default.
        held_out_ratio: how many numbers are written with held-out digits for each number to train on.
        batch_size: examples in a batch.
        examples_per_epoch: most examples in an epoch.
        compile_options: the loss and other arguments of the network's `compile`.
        clip_norm: largest norm of a weight's gradient, or None.
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
    hands: Path | None = None,
) -> None:
    """Train a network and write it and its card to a folder.

    A checkpoint is written to the folder after each epoch; an interrupted training resumes from it when it is started
    again with the same settings.

    Args:
        task: the network, examples and settings.
        folder: where to write the network, its card and checkpoints.
        numbers: how many numbers to write; the task's own by default.
        epochs: how many epochs to train; the task's own by default.
        seed: the seed of the split, the examples, the weights and the batches.
        report: called with each line of progress.
        hands: folder of other people's handwriting to write with, too; None for MNIST alone.

    Raises:
        DatasetError: the handwriting cannot be read.
    """
    settings = {"numbers": numbers or task.numbers, "epochs": epochs or task.epochs, "seed": seed}
    training, other = split(load_mnist()[0], _HELD_OUT_SHARE, seed)
    titles: tuple[str, ...] = ()
    if hands:
        handwritten = load_handwritten_digits(hands, refuse=False)
        training, other = join_digits(training, handwritten.training), join_digits(other, handwritten.held_out)
        titles = handwritten.titles
    report(f"writing {settings['numbers']:,} numbers")
    examples = _make_in_processes(task, training, settings["numbers"], seed)
    held_out = task.make_examples(other, max(1, round(settings["numbers"] * task.held_out_ratio)), (seed, 1))
    report(f"{len(examples.labels):,} {task.example_name}")
    keras.utils.set_random_seed(seed)
    with bfloat16_policy(True):
        network = task.build_network()
    name = "-".join(map(str, [*settings.values(), *(["hands"] if hands else [])]))
    checkpoint = folder / f".{task.model_file}-{name}.weights.h5"
    _fit(network, task, examples, held_out, settings, checkpoint, report)
    _write(network, task, held_out, folder, {**settings, "hands": titles}, report)
    checkpoint.unlink()


def _make_in_processes(task: TrainingTask, digits: Digits, numbers: int, seed: int) -> Examples:
    """Make the examples of `numbers` numbers in several processes."""
    sizes = [numbers // _CHUNKS + (chunk < numbers % _CHUNKS) for chunk in range(_CHUNKS)]
    seeds = [(seed, 0, chunk) for chunk in range(_CHUNKS)]
    with ProcessPoolExecutor(min(_CHUNKS, os.cpu_count() or 1)) as processes:
        chunks = list(processes.map(task.make_examples, [digits] * _CHUNKS, sizes, seeds))
    return Examples(*(np.concatenate(arrays) for arrays in zip(*chunks, strict=True)))


class _Batches(keras.utils.PyDataset):
    """Examples in random order and of random darkness."""

    def __init__(self, task: TrainingTask, examples: Examples, seed: int) -> None:
        super().__init__()
        self._task, self._examples, self._seed = task, examples, seed
        self._rng = np.random.default_rng((seed, 2))
        self.on_epoch_end()

    def __len__(self) -> int:
        return max(1, min(self._task.examples_per_epoch, len(self._examples.labels)) // self._task.batch_size)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], Pictures]:
        indices = self._order[index * self._task.batch_size :][: self._task.batch_size]
        rng = np.random.default_rng((self._seed, 3, int(indices[0])))
        darkness = rng.uniform(0.7, 1, (len(indices), 1, 1, 1)).astype(np.float32)
        return scale_to_unit(self._examples.pictures[indices]) * darkness, self._examples.labels[indices]

    def on_epoch_end(self) -> None:
        """Shuffle the examples again."""
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
    """Fit the network; resume from the checkpoint, if any, and write it after each epoch."""
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
        report(f"resuming after epoch {done} of {epochs}")
    for _ in range(done):
        batches.on_epoch_end()

    def save_checkpoint(epoch: int, logs: dict[str, float]) -> None:
        # The checkpoint is replaced as a whole, so that it is never half written.
        new_checkpoint = checkpoint.with_name(f".new{checkpoint.name}")
        network.save_weights(new_checkpoint)
        new_checkpoint.replace(checkpoint)
        report(f"epoch {epoch + 1} of {epochs}: loss {logs['loss']:.4f}, held out {logs['val_loss']:.4f}")

    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    network.fit(
        batches,
        validation_data=(scale_to_unit(held_out.pictures), held_out.labels),
        initial_epoch=done,
        epochs=epochs,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=save_checkpoint)],
        verbose=0,
    )


def _write(
    network: keras.Model, task: TrainingTask, held_out: Examples, folder: Path, settings: dict[str, Any], report: Report
) -> None:
    """Write the network with 8-bit weights, and its card."""
    size = write_network(
        network,
        task.build_network,
        folder / task.model_file,
        folder / task.card_file,
        lambda written: task.measure_accuracy(written.run(held_out.pictures), held_out.labels),
        {"about": task.description, **settings, f"held_out_{task.example_name}": len(held_out.labels)},
    )
    report(f"{size} {task.example_name} are right")
