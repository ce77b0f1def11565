"""What the curves of a training say, told by plain rules from the figures of each epoch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

FEW, TOO_HIGH, OVERFITTING, FLAT, IMPROVING = "few", "too high", "overfitting", "flat", "improving"
TOO_LOW, UNDERFITTING, BELOW = "too low", "underfitting", "below"
COURSES = (FEW, TOO_HIGH, OVERFITTING, FLAT, IMPROVING)  # exactly one of these is told
_FEWEST = 3  # epochs
_RUN = 3  # epochs that are no chance
_GAIN = 0.01  # by so much of itself the loss falls where it improves
_RISE = (0.1, 0.01)  # by so much of itself, and so much, it lies above its lowest where a network overfits
_AWAY = (1.5, 0.1)  # times its lowest, and so much above it, where it runs away
_JUMP = (1.1, 0.02)  # times the one before, and so much above it
_JUMPS = 2  # among the last steps
_STEPS = 5
_SLOW = (0.005, 0.05)  # least and most that a slow loss falls in an epoch, as a part of itself
_LOW = 0.9  # accuracy

RULES = {
    FEW: f"With fewer than {_FEWEST} epochs nothing is told: chance moves a curve as much as learning does.",
    TOO_HIGH: f"Learning rate too high: the training loss is no longer a number, or stands at {_AWAY[0]:g} times its "
    f"lowest or more and at least {_AWAY[1]:g} above it, or rose by a tenth and at least {_JUMP[1]:g} in {_JUMPS} of "
    f"the last {_STEPS} epochs.",
    OVERFITTING: f"Overfitting: the mean validation loss of the last {_RUN} epochs lies {_RISE[0]:.0%} or more, and "
    f"at least {_RISE[1]:g}, above the lowest such mean, while the training loss fell on. The network learns its "
    "digits by heart.",
    FLAT: f"No longer improving: for {_RUN} epochs the loss has not fallen {_GAIN:.0%} below its lowest. It is the "
    "validation loss; where no digits are held out, the training loss.",
    IMPROVING: f"Still improving: the same loss fell {_GAIN:.0%} below its lowest within the last {_RUN} epochs.",
    TOO_LOW: f"Learning rate perhaps too low: in each of the last {_STEPS - 1} epochs the training loss fell, by "
    f"{_SLOW[0]:.1%} to {_SLOW[1]:.0%}, and fewer than {_LOW:.0%} of the training and of the validation digits are "
    "read right.",
    UNDERFITTING: f"Underfitting: over {_STEPS - 1} epochs the training loss fell by less than "
    f"{(_STEPS - 1) * _SLOW[0]:.0%} in all, and fewer than {_LOW:.0%} of both are read right: the network is too "
    "small, or its learning rate far off.",
    BELOW: "Training accuracy a point or more below validation accuracy is no fault: varied copies and dropout make "
    "only the training digits harder, and theirs is the mean over an epoch in which the network got better.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that the curves say.

    Attributes:
        kind: a key of `RULES`.
        epoch: since when, counted from 1; 0 where that does not matter.
        sentence: the finding for the reader.
    """

    kind: str
    epoch: int
    sentence: str


@dataclass(frozen=True)
class _Curves:
    """The figures of the epochs that have a training loss, parallel lists; NaN is what was not measured."""

    epochs: list[int]  # from 1
    loss: list[float]
    accuracy: list[float]
    validation_loss: list[float]
    validation_accuracy: list[float]

    @property
    def watched(self) -> tuple[str, list[float]]:
        """The loss that tells improvement, with its name."""
        measured = all(map(math.isfinite, self.validation_loss))
        return ("validation loss", self.validation_loss) if measured else ("training loss", self.loss)

    @property
    def right(self) -> float:
        """The share read right in the last epoch, of the training or the validation digits, whichever is larger."""
        return max((share for share in (self.accuracy[-1], self.validation_accuracy[-1]) if share >= 0), default=1.0)


def diagnose(rows: Sequence[dict[str, float]]) -> list[Finding]:
    """Return what the course of a training says: one finding of `COURSES`, then hints; none before the first epoch.

    Args:
        rows: the figures of each epoch, as `digitnet.runs.read_rows` returns them: epoch (from 0), loss, accuracy
            and, where digits are held out, val_loss and val_accuracy.
    """
    curves = _curves(rows)
    if not curves.epochs:
        return []
    course = _away(curves) or _few(curves) or _jumping(curves) or _overfitting(curves) or _improvement(curves)
    hints = [] if course.kind in (FEW, TOO_HIGH, OVERFITTING) else [_slow(curves), _below(curves)]
    return [course, *(hint for hint in hints if hint)]


def _curves(rows: Sequence[dict[str, float]]) -> _Curves:
    known = [row for row in rows if "loss" in row]
    numbers = [row.get("epoch", math.nan) for row in known]
    epochs = [int(number) + 1 if 0 <= number < 1e9 else place for place, number in enumerate(numbers, start=1)]
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return _Curves(epochs, *([row.get(name, math.nan) for row in known] for name in names))


def _few(curves: _Curves) -> Finding | None:
    count = len(curves.epochs)
    if count >= _FEWEST:
        return None
    said = "1 epoch says" if count == 1 else f"{count} epochs say"
    return Finding(FEW, 0, f"{said} little: it takes {_FEWEST} to tell how a training goes.")


def _away(curves: _Curves) -> Finding | None:
    for epoch, loss in zip(curves.epochs, curves.loss, strict=True):
        if not math.isfinite(loss):
            sentence = f"Learning rate too high: in epoch {epoch} the training loss is no longer a number."
            return Finding(TOO_HIGH, epoch, sentence)
    lowest, last = min(curves.loss), curves.loss[-1]
    if last < _AWAY[0] * lowest or last < lowest + _AWAY[1]:
        return None
    epoch = _after(curves, curves.loss.index(lowest))
    sentence = f"the training loss has risen from {lowest:.3g} to {last:.3g}; try a tenth of it."
    return Finding(TOO_HIGH, epoch, f"Learning rate too high since epoch {epoch}: {sentence}")


def _jumping(curves: _Curves) -> Finding | None:
    first = max(1, len(curves.loss) - _STEPS)
    places = [
        place
        for place in range(first, len(curves.loss))
        if curves.loss[place] >= max(_JUMP[0] * curves.loss[place - 1], curves.loss[place - 1] + _JUMP[1])
    ]
    if len(places) < _JUMPS:
        return None
    epoch = curves.epochs[places[0]]
    sentence = f"Learning rate too high: the training loss jumps up and down since epoch {epoch}; try a third of it."
    return Finding(TOO_HIGH, epoch, sentence)


def _overfitting(curves: _Curves) -> Finding | None:
    name, loss = curves.watched
    if loss is curves.loss:
        return None
    means = [sum(loss[start : start + _RUN]) / _RUN for start in range(len(loss) - _RUN + 1)]
    start = means.index(min(means))
    place = min(range(start, start + _RUN), key=loss.__getitem__)
    least = max((1 + _RISE[0]) * means[start], means[start] + _RISE[1])
    if means[-1] < least or curves.loss[-1] >= curves.loss[place]:
        return None
    epoch = _after(curves, place)
    sentence = f"the {name} has risen from {loss[place]:.3g} to {loss[-1]:.3g}, while the training loss fell on."
    return Finding(OVERFITTING, epoch, f"Overfitting since epoch {epoch}: {sentence} Varied copies or dropout help.")


def _improvement(curves: _Curves) -> Finding:
    name, loss = curves.watched
    best = 0
    for place, value in enumerate(loss):
        if value < (1 - _GAIN) * loss[best]:
            best = place
    epoch = curves.epochs[best]
    if len(loss) - 1 - best >= _RUN:
        sentence = f"No longer improving since epoch {epoch}: the {name} has stayed about {loss[best]:.3g} or above."
        return Finding(FLAT, epoch, sentence)
    return Finding(IMPROVING, epoch, f"Still improving: the {name} fell to {loss[best]:.3g} in epoch {epoch}.")


def _slow(curves: _Curves) -> Finding | None:
    """Return what a training loss says that hardly falls while much is still read wrong."""
    losses = curves.loss[-_STEPS:]
    if len(losses) < _STEPS or curves.right >= _LOW or min(losses) <= 0:
        return None
    falls = [1 - after / before for before, after in itertools.pairwise(losses)]
    epoch = curves.epochs[-_STEPS]
    if all(_SLOW[0] <= fall <= _SLOW[1] for fall in falls):
        sentence = f"Learning rate perhaps too low: since epoch {epoch} the training loss falls slowly and steadily."
        return Finding(TOO_LOW, epoch, sentence)
    if abs(1 - losses[-1] / losses[0]) < (_STEPS - 1) * _SLOW[0]:
        sentence = f"{curves.right:.0%} are read right, and since epoch {epoch} the training loss hardly falls."
        return Finding(UNDERFITTING, epoch, f"Underfitting: {sentence}")
    return None


def _below(curves: _Curves) -> Finding | None:
    if not curves.accuracy[-1] < curves.validation_accuracy[-1] - _GAIN:
        return None
    return Finding(BELOW, 0, RULES[BELOW])


def _after(curves: _Curves, place: int) -> int:
    return curves.epochs[min(place + 1, len(curves.epochs) - 1)]
