"""Training digits in batches for Keras, varied anew in every epoch, with what is no digit among them."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation, add_nondigits
from digitnet.datasets.mnist import Digits
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import USER
from digitnet.preprocessing.normalization import to_network_input

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]


class TrainingBatches(keras.utils.PyDataset):
    """Shuffled batches; what a batch holds follows from the seed, the epoch and its place alone.

    Every batch has the same part of own digits. Keras ends the epochs; a run that goes on after an
    interruption starts with a later `epoch`.
    """

    def __init__(self, config: TrainingConfig, mnist: Digits, own: Digits, epoch: int = 0) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._config = config
        self._mnist = mnist
        self._own = own
        self._augmentation = Augmentation() if config.other_hands else LIKE_MNIST
        self._counts = config.count_digits_in_epoch(len(mnist.labels), len(own.labels))
        self.digits = sum(self._counts)  # of an epoch
        self.epoch = epoch
        self._orders = self._shuffled()

    def __len__(self) -> int:
        return -(-self.digits // self._config.batch_size)

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self._config.seed, self.epoch, index))
        mnist, own = (
            source.select(order[self._part(index, len(order))])
            for source, order in zip((self._mnist, self._own), self._orders, strict=True)
        )
        alone = self._config.data == USER
        parts = self._with_nondigits(own if alone else mnist, rng)
        if len(own.labels) and not alone:
            parts.append(self._varied(own, rng))
        images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return to_network_input(images), labels

    def on_epoch_end(self) -> None:
        """Shuffle and vary anew."""
        self.epoch += 1
        self._orders = self._shuffled()

    def _part(self, index: int, count: int) -> slice:
        """Return which of `count` digits of an epoch belong to the batch."""
        if count == self.digits:  # of one source
            return slice(index * self._config.batch_size, (index + 1) * self._config.batch_size)
        return slice(index * count // len(self), (index + 1) * count // len(self))

    def _varied(self, digits: Digits, rng: np.random.Generator) -> Digits:
        if not self._config.augment or not len(digits.labels):
            return digits
        return digits._replace(images=self._augmentation.apply(digits.images, digits.labels, rng))

    def _with_nondigits(self, digits: Digits, rng: np.random.Generator) -> list[Digits]:
        """Return the digits as they are trained on, and what is no digit, made from them."""
        true = digits.labels != NOT_A_DIGIT
        digits, others = digits.select(np.flatnonzero(true)), digits.select(np.flatnonzero(~true))
        varied = self._varied(digits, rng)
        if self._config.start:  # half of them as they were, or the network that goes on forgets the plain ones
            varied.images[::2] = digits.images[::2]
        if self._config.refuse and len(digits.labels):
            varied = add_nondigits(digits, varied.images, self._augmentation, rng)
        return [varied, self._varied(others, rng)] if len(others.labels) else [varied]

    def _shuffled(self) -> list[NDArray[np.intp]]:
        streams = ((self._config.seed, self.epoch), (self._config.seed, self.epoch, 1))
        sources = (self._mnist, self._own)
        return [
            _drawn(len(source.labels), count, np.random.default_rng(stream))
            for source, count, stream in zip(sources, self._counts, streams, strict=True)
        ]


def _drawn(total: int, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return `count` places out of `total` in random order; all come equally often, but for a difference of one."""
    rounds = [rng.permutation(total) for _ in range(-(-count // max(total, 1)) if total else 0)]
    return np.concatenate([*rounds, np.empty(0, np.int64)])[:count].astype(np.intp)
