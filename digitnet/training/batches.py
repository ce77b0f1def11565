"""Serve training digits to Keras in batches, augmented and mixed with non-digits."""

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
    """Shuffled batches, augmented anew in every epoch.

    The seed, the epoch and the index alone determine the content of a batch. Every batch has the same share of user
    digits. Keras advances the epochs; a run that resumes after an interruption starts with a later `epoch`.

    Attributes:
        digits: number of digits in an epoch.
        epoch: number of epochs done.
    """

    def __init__(self, config: TrainingConfig, mnist: Digits, user: Digits, epoch: int = 0) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._config = config
        self._mnist = mnist
        self._user = user
        self._augmentation = Augmentation() if config.other_hands else LIKE_MNIST
        self._counts = config.count_digits_in_epoch(len(mnist.labels), len(user.labels))
        self.digits = sum(self._counts)
        self.epoch = epoch
        self._orders = self._shuffle()

    def __len__(self) -> int:
        return -(-self.digits // self._config.batch_size)

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self._config.seed, self.epoch, index))
        mnist, user = (
            source.select(order[self._slice_epoch(index, len(order))])
            for source, order in zip((self._mnist, self._user), self._orders, strict=True)
        )
        user_only = self._config.data == USER
        sources = self._prepare(user if user_only else mnist, rng)
        if len(user.labels) and not user_only:
            sources.append(self._augment(user, rng))
        images, labels = (np.concatenate(arrays) for arrays in zip(*sources, strict=True))
        return to_network_input(images), labels

    def on_epoch_end(self) -> None:
        """Advance the epoch and shuffle again."""
        self.epoch += 1
        self._orders = self._shuffle()

    def _slice_epoch(self, index: int, count: int) -> slice:
        """Return the slice of a source's `count` digits in an epoch that belongs to batch `index`."""
        if count == self.digits:  # There is one source only.
            return slice(index * self._config.batch_size, (index + 1) * self._config.batch_size)
        return slice(index * count // len(self), (index + 1) * count // len(self))

    def _augment(self, digits: Digits, rng: np.random.Generator) -> Digits:
        if not self._config.augment or not len(digits.labels):
            return digits
        return digits._replace(images=self._augmentation.apply(digits.images, digits.labels, rng))

    def _prepare(self, digits: Digits, rng: np.random.Generator) -> list[Digits]:
        """Augment the digits, add generated non-digits, and append the non-digits among `digits`."""
        is_digit = digits.labels != NOT_A_DIGIT
        digits, nondigits = digits.select(np.flatnonzero(is_digit)), digits.select(np.flatnonzero(~is_digit))
        augmented = self._augment(digits, rng)
        if self._config.start:
            # Half of the digits stay plain, or fine-tuning would forget the plain ones.
            augmented.images[::2] = digits.images[::2]
        if self._config.refuse and len(digits.labels):
            augmented = add_nondigits(digits, augmented.images, self._augmentation, rng)
        return [augmented, self._augment(nondigits, rng)] if len(nondigits.labels) else [augmented]

    def _shuffle(self) -> list[NDArray[np.intp]]:
        """Return for each source the indices of its digits in this epoch, in random order."""
        seeds = ((self._config.seed, self.epoch), (self._config.seed, self.epoch, 1))
        sources = (self._mnist, self._user)
        return [
            _draw_indices(len(source.labels), count, np.random.default_rng(seed))
            for source, count, seed in zip(sources, self._counts, seeds, strict=True)
        ]


def _draw_indices(total: int, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return `count` indices below `total` in random order, all equally often, give or take one."""
    rounds = [rng.permutation(total) for _ in range(-(-count // max(total, 1)) if total else 0)]
    return np.concatenate([*rounds, np.empty(0, np.int64)])[:count].astype(np.intp)
