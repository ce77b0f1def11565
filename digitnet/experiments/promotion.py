"""Compare a new model with the one before, and promote it if it is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.access.permissions import guarded
from digitnet.collection.collection import Collection
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import LABELS
from digitnet.models import active
from digitnet.models.classifier import Classifier

MAX_MNIST_LOSS = 0.001  # A better model loses less than this share of MNIST's test digits.
MIN_HELD_OUT = 30  # With fewer held-out user digits the verdict warns of chance.


class LabelCount(NamedTuple):
    """Number of digits with one label, and how many of them each model reads right."""

    label: int
    total: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class PairedPredictions:
    """Predictions of two models for the same digits.

    Attributes:
        digits: n pictures with their labels, 0 to 9 or NOT_A_DIGIT.
        before: labels that the model before predicts, int (n,).
        after: labels that the new model predicts, int (n,).
    """

    digits: Digits
    before: NDArray[np.intp]
    after: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.digits.labels)

    @property
    def right_before(self) -> NDArray[np.bool_]:
        """Whether the model before reads each digit right, bool (n,)."""
        return self.before == self.digits.labels

    @property
    def right_after(self) -> NDArray[np.bool_]:
        """Whether the new model reads each digit right, bool (n,)."""
        return self.after == self.digits.labels

    @property
    def gain(self) -> int:
        """The number of digits that the new model reads right in addition; negative if fewer."""
        return int(self.right_after.sum()) - int(self.right_before.sum())

    @property
    def fixed(self) -> NDArray[np.intp]:
        """The places of the digits that only the new model reads right, int (k,)."""
        return np.flatnonzero(~self.right_before & self.right_after)

    @property
    def regressed(self) -> NDArray[np.intp]:
        """The places of the digits that only the model before reads right, int (k,)."""
        return np.flatnonzero(self.right_before & ~self.right_after)

    @property
    def counts(self) -> list[LabelCount]:
        """The counts of each label that occurs, in order."""
        total, before, after = (
            np.bincount(self.digits.labels[selected], minlength=len(LABELS))
            for selected in (slice(None), self.right_before, self.right_after)
        )
        rows = zip(LABELS, total.tolist(), before.tolist(), after.tolist(), strict=True)
        return [LabelCount(*row) for row in rows if row[1]]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Predictions of two models for digits that neither was trained on.

    Attributes:
        mnist: predictions for MNIST's test digits.
        user: predictions for held-out user digits.
    """

    mnist: PairedPredictions
    user: PairedPredictions

    @property
    def keeps_mnist(self) -> bool:
        """Whether the new model loses less than `MAX_MNIST_LOSS` on MNIST."""
        return -self.mnist.gain < MAX_MNIST_LOSS * len(self.mnist)

    @property
    def is_better(self) -> bool:
        """Whether the new model keeps MNIST and reads more user digits right."""
        return self.keeps_mnist and self.user.gain > 0

    @property
    def verdict(self) -> str:
        """A sentence or two on whether the new model is better, and why."""
        total = len(self.user)
        before, after = int(self.user.right_before.sum()), int(self.user.right_after.sum())
        if not self.keeps_mnist:
            lost = 100 * -self.mnist.gain / len(self.mnist)
            return (
                f"Not better: it reads {lost:.2f} points fewer of MNIST's test digits right, and only less than "
                f"{100 * MAX_MNIST_LOSS:g} may be lost."
            )
        if not total:
            return "Not known to be better: none of your digits is held out yet to check on; write or correct more."
        if self.user.gain > 0:
            verdict = f"Better: it reads {after} of your {total} held-out digits right instead of {before}"
            verdict += f"{self._describe_mnist()}."
        elif before == after == total:
            verdict = f"Not better: the model before already read all your {total} held-out digits right."
        elif self.user.gain == 0:
            verdict = f"Not better: it reads {after} of your {total} held-out digits right, as many as before."
        else:
            verdict = f"Not better: it reads {after} of your {total} held-out digits right, fewer than {before} before."
        if total < MIN_HELD_OUT:
            verdict += f" With only {total} held-out digits, a difference of one digit may be chance."
        return verdict

    def _describe_mnist(self) -> str:
        lost = 100 * -self.mnist.gain / max(1, len(self.mnist))
        return f", and loses {lost:.2f} points on MNIST" if lost > 0 else ", and no fewer of MNIST's"


def compare(before: Classifier, after: Classifier, mnist: Digits, user: Digits) -> Comparison:
    """Compare two models on MNIST's test digits and on user digits held out from both trainings."""
    return Comparison(
        PairedPredictions(
            mnist, *(model.predict_digit_probabilities(mnist.images).argmax(axis=1) for model in (before, after))
        ),
        compare_user_digits(before, after, user),
    )


def compare_user_digits(before: Classifier, after: Classifier, user: Digits) -> PairedPredictions:
    """Compare two models on user digits; a refused digit counts as read as NOT_A_DIGIT."""
    return PairedPredictions(
        user, *(model.predict_probabilities(user.images).argmax(axis=1) for model in (before, after))
    )


@guarded("models.look")
def compare_models(
    before: str, after: str, writers: tuple[str, ...] = (), accounts: tuple[str, ...] = ()
) -> Comparison:
    """Load and compare two models on the held-out digits of these writers and accounts, or of all.

    Raises:
        CollectionError: the collection cannot be read.
        ModelError: a model does not exist, or is damaged.
    """
    return compare(Classifier.load(before), Classifier.load(after), load_mnist()[1], load_held_out(writers, accounts))


@guarded("digits.look")
def load_held_out(writers: tuple[str, ...] = (), accounts: tuple[str, ...] = ()) -> Digits:
    """Load the user digits that no training uses, and that the caller may see; raises CollectionError.

    Args:
        writers: their writers, empty for all.
        accounts: their accounts, and "@domain" for all of a domain; empty for all.
    """
    with Collection.open() as collection:
        return collection.load_digits(writers=writers or None, accounts=accounts or None, held_out=True)


@guarded("models.use")
def promote(config: TrainingConfig) -> tuple[bool, str]:
    """Activate a fine-tuned model if it is better than the model it started from.

    Returns:
        Whether it is active now, and a sentence with the reason.

    Raises:
        DigitnetError: a model or the collection cannot be read, or the active model cannot be saved.
    """
    return promote_over(config.start, config.name, config.writers, config.accounts)


@guarded("models.use")
def promote_over(
    before: str, after: str, writers: tuple[str, ...] = (), accounts: tuple[str, ...] = ()
) -> tuple[bool, str]:
    """Activate a model if it is better than another that is in use; the rest is as in `promote`."""
    comparison = compare_models(before, after, writers, accounts)
    if comparison.is_better and active.get_active_model() != before:
        return False, f"{comparison.verdict} Another model was put to use meanwhile, and stays."
    if comparison.is_better:
        active.activate(after)
    return comparison.is_better, comparison.verdict
