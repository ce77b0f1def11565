"""Training digits in batches for Keras, varied anew in every epoch, with what is no digit among them."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation import Augmentation, with_nondigits
from digitnet.datasets import Digits
from digitnet.normalization import as_network_input

Batch = tuple[NDArray[np.float32], NDArray[np.uint8]]


class Feed(keras.utils.PyDataset):
    """Shuffled batches; what a batch holds follows from the seed, the epoch and its place alone.

    Keras ends the epochs; a run that goes on after an interruption starts with a later `epoch`.
    """

    def __init__(
        self,
        digits: Digits,
        batch_size: int,
        seed: int,
        augmentation: Augmentation | None,
        epoch: int = 0,
        refuse: bool = False,
    ) -> None:
        super().__init__(workers=1, max_queue_size=8)
        self._digits = digits
        self._batch_size = batch_size
        self._seed = seed
        self._augmentation = augmentation
        self._refuse = refuse
        self.epoch = epoch
        self._order = self._shuffled()

    def __len__(self) -> int:
        return -(-len(self._digits.labels) // self._batch_size)

    def __getitem__(self, index: int) -> Batch:
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        batch = self._digits.take(chosen)
        images, labels = batch
        rng = np.random.default_rng((self._seed, self.epoch, index))
        if self._augmentation:
            images = self._augmentation.apply(images, labels, rng)
        if self._refuse:
            images, labels = with_nondigits(batch, images, self._augmentation or Augmentation(), rng)
        return as_network_input(images), labels

    def on_epoch_end(self) -> None:
        """Shuffle and vary anew."""
        self.epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> NDArray[np.int64]:
        return np.random.default_rng((self._seed, self.epoch)).permutation(len(self._digits.labels))
