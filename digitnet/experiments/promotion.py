"""Whether a newly trained model is better than the one before: on MNIST's test digits and on own ones held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.collection.collection import Collection
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import LABELS
from digitnet.models import active
from digitnet.models.classifier import Classifier

MAX_MNIST_LOSS = 0.001  # of MNIST's test digits: a better model loses less
MIN_HELD_OUT = 30  # own digits held out, under which figures are mostly chance


class LabelCount(NamedTuple):
    """How many digits of one label there are, and how many of them either model reads right."""

    label: int
    total: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class PairedPredictions:
    """What two models make of the same digits.

    Attributes:
        digits: n pictures with their labels, 10 for what is no digit.
        before, after: (n,) what each model reads, 10 where it refuses.
    """

    digits: Digits
    before: NDArray[np.intp]
    after: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.digits.labels)

    @property
    def right_before(self) -> NDArray[np.bool_]:
        """Which are read right by the model before, bool (n,)."""
        return self.before == self.digits.labels

    @property
    def right_after(self) -> NDArray[np.bool_]:
        """Which are read right by the new model, bool (n,)."""
        return self.after == self.digits.labels

    @property
    def gain(self) -> int:
        """How many more the new model reads right; negative where it reads fewer."""
        return int(self.right_after.sum()) - int(self.right_before.sum())

    @property
    def fixed(self) -> NDArray[np.intp]:
        """The places of the digits that are read right now and were not before."""
        return np.flatnonzero(~self.right_before & self.right_after)

    @property
    def regressed(self) -> NDArray[np.intp]:
        """The places of the digits that were read right before and are not now."""
        return np.flatnonzero(self.right_before & ~self.right_after)

    @property
    def counts(self) -> list[LabelCount]:
        """The figures of each label that occurs, in order."""
        total, before, after = (
            np.bincount(self.digits.labels[which], minlength=len(LABELS))
            for which in (slice(None), self.right_before, self.right_after)
        )
        rows = zip(LABELS, total.tolist(), before.tolist(), after.tolist(), strict=True)
        return [LabelCount(*row) for row in rows if row[1]]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models on MNIST's test digits and on own digits that none of them was trained on."""

    mnist: PairedPredictions
    user: PairedPredictions

    @property
    def keeps_mnist(self) -> bool:
        """Whether the new model reads MNIST as well as before, but for less than 0.1 points."""
        return -self.mnist.gain < MAX_MNIST_LOSS * len(self.mnist)

    @property
    def is_better(self) -> bool:
        """Whether the new model should be put to use: it keeps MNIST and reads more of the own digits."""
        return self.keeps_mnist and self.user.gain > 0

    @property
    def verdict(self) -> str:
        """Say whether the new model should be put to use, and why, in a sentence or two."""
        own, total = self.user, len(self.user)
        was, now = int(own.right_before.sum()), int(own.right_after.sum())
        if not self.keeps_mnist:
            points = 100 * -self.mnist.gain / len(self.mnist)
            return (
                f"Not better: it reads {points:.2f} points fewer of MNIST's test digits right, and less than "
                f"{100 * MAX_MNIST_LOSS:g} may be lost."
            )
        if not total:
            return "Not known to be better: none of your digits is held out yet to check on; correct more digits first."
        if own.gain > 0:
            said = f"Better: it reads {now} of your {total} held-out digits right instead of {was}{self._of_mnist()}."
        elif was == now == total:
            said = f"Not better: your held-out digits, {total} in all, were read right before already."
        elif own.gain == 0:
            said = f"Not better: it reads {now} of your {total} held-out digits right, as many as before."
        else:
            said = f"Not better: it reads {now} of your {total} held-out digits right, fewer than the {was} before."
        few = f" With only {total} held out, a digit more or less may be chance." if total < MIN_HELD_OUT else ""
        return said + few

    def _of_mnist(self) -> str:
        lost = 100 * -self.mnist.gain / max(1, len(self.mnist))
        return f", and loses {lost:.2f} points on MNIST" if lost > 0 else ", and no fewer of MNIST's"


def compare(before: Classifier, after: Classifier, mnist: Digits, own: Digits) -> Comparison:
    """Return what two models make of MNIST's test digits and of own digits, held out of both trainings."""
    return Comparison(
        PairedPredictions(
            mnist, *(model.predict_digit_probabilities(mnist.images).argmax(axis=1) for model in (before, after))
        ),
        compare_user_digits(before, after, own),
    )


def compare_user_digits(before: Classifier, after: Classifier, own: Digits) -> PairedPredictions:
    """Return what two models make of own digits; what a network refuses counts as read as no digit."""
    return PairedPredictions(
        own, *(model.predict_probabilities(own.images).argmax(axis=1) for model in (before, after))
    )


def compare_models(before: str, after: str, writers: tuple[str, ...] = ()) -> Comparison:
    """Compare two models by name, on the held-out digits of these writers, of all if none is given.

    Raises:
        CollectionError: the collection cannot be read.
        ModelError: a model does not exist, or is damaged.
    """
    return compare(Classifier.load(before), Classifier.load(after), load_mnist()[1], load_held_out(writers))


def load_held_out(writers: tuple[str, ...] = ()) -> Digits:
    """Return the own digits that are never trained on; raises CollectionError."""
    with Collection.open() as collection:
        return collection.load_digits(writers or None, held_out=True)


def promote(config: TrainingConfig) -> tuple[bool, str]:
    """Put the newly trained model to use if it is better than the one that it continues.

    Returns:
        Whether it is in use now, and the sentence that says why or why not.

    Raises:
        DigitnetError: one of the two models or the collection cannot be read, or the choice not be saved.
    """
    comparison = compare_models(config.start, config.name, config.writers)
    if comparison.is_better and active.get_active_model() != config.start:
        return False, f"{comparison.verdict} Another model was put to use meanwhile, and stays."
    if comparison.is_better:
        active.activate(config.name)
    return comparison.is_better, comparison.verdict
