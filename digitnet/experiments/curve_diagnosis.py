"""Diagnose the loss and accuracy curves of a training run with fixed rules."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

TOO_FEW_EPOCHS, RATE_TOO_HIGH, OVERFITTING = "too few epochs", "rate too high", "overfitting"
PLATEAU, NOT_LOWER, IMPROVING = "plateau", "not lower", "improving"
RATE_TOO_LOW, UNDERFITTING, BELOW_VALIDATION = "rate too low", "underfitting", "below validation"
# A diagnosis has exactly one of them.
MAIN_FINDINGS = (TOO_FEW_EPOCHS, RATE_TOO_HIGH, OVERFITTING, PLATEAU, NOT_LOWER, IMPROVING)

_MIN_EPOCHS = 3  # Fewer epochs allow no diagnosis.
_WINDOW_EPOCHS = 3  # A trend over this many epochs is unlikely to be chance.
_STEP_EPOCHS = 5  # Jumps and slow progress are searched for in this many of the last epochs.
_MIN_JUMPS = 2  # This many jumps within these epochs count as oscillation.
_MIN_IMPROVEMENT = 0.01  # A loss on a plateau does not fall by this share of itself.
_LOW_ACCURACY = 0.9  # Below this accuracy, slow progress is worth a hint.
# A rise counts if it exceeds both bounds: a ratio to the earlier loss, and a difference from it.
_MIN_OVERFIT_RATIO, _MIN_OVERFIT_RISE = 1.1, 0.01
_MIN_DIVERGED_RATIO, _MIN_DIVERGED_RISE = 1.5, 0.1
_MIN_JUMP_RATIO, _MIN_JUMP_RISE = 1.1, 0.02
_MIN_SLOW_FALL, _MAX_SLOW_FALL = 0.005, 0.05  # A slow loss falls by a share between these in each epoch.

RULES = {
    TOO_FEW_EPOCHS: f"With fewer than {_MIN_EPOCHS} epochs there is no trend: chance moves a curve as much as "
    "learning does.",
    RATE_TOO_HIGH: "Learning rate too high: the training loss is no longer a number, or is at least "
    f"{_MIN_DIVERGED_RATIO:g} times its lowest value and at least {_MIN_DIVERGED_RISE:g} above it, or rose by a tenth "
    f"and at least {_MIN_JUMP_RISE:g} in {_MIN_JUMPS} of the last {_STEP_EPOCHS} epochs.",
    OVERFITTING: f"Overfitting: the mean validation loss of the last {_WINDOW_EPOCHS} epochs is at least "
    f"{_MIN_OVERFIT_RATIO - 1:.0%}, and at least {_MIN_OVERFIT_RISE:g}, above the lowest such mean, while the training "
    "loss kept falling. The network memorizes its digits.",
    PLATEAU: f"No longer improving: for {_WINDOW_EPOCHS} epochs the loss has not fallen {_MIN_IMPROVEMENT:.0%} below "
    "its lowest value. It is the validation loss, or the training loss if no digits are held out.",
    NOT_LOWER: f"Not lower for an epoch or {_WINDOW_EPOCHS - 1}: the same loss was lowest before the last epoch, which "
    "may be chance.",
    IMPROVING: "Still improving: the same loss is lowest in the last epoch.",
    RATE_TOO_LOW: f"Learning rate perhaps too low: in each of the last {_STEP_EPOCHS - 1} epochs the training loss "
    f"fell by {_MIN_SLOW_FALL:.1%} to {_MAX_SLOW_FALL:.0%}, and fewer than {_LOW_ACCURACY:.0%} of the training and of "
    "the validation digits are read right.",
    UNDERFITTING: f"Underfitting: over {_STEP_EPOCHS - 1} epochs the training loss fell by less than "
    f"{(_STEP_EPOCHS - 1) * _MIN_SLOW_FALL:.0%} in all, and fewer than {_LOW_ACCURACY:.0%} of both are read right: the "
    "network is too small, or its learning rate far off.",
    BELOW_VALIDATION: "Training accuracy a point or more below validation accuracy is no fault: varied copies and "
    "dropout make only the training digits harder, and their accuracy is the mean over an epoch in which the network "
    "got better.",
}


@dataclass(frozen=True)
class Finding:
    """One finding about the curves.

    Attributes:
        kind: a key of `RULES`.
        epoch: the epoch since which it holds, counted from 1; 0 if the epoch does not matter.
        sentence: the finding in words.
    """

    kind: str
    epoch: int
    sentence: str


@dataclass(frozen=True)
class _Curves:
    """Figures of the epochs with a training loss, in parallel lists; NaN if not measured."""

    epochs: list[int]  # Counted from 1.
    loss: list[float]
    accuracy: list[float]
    validation_loss: list[float]
    validation_accuracy: list[float]

    @property
    def watched(self) -> tuple[str, list[float]]:
        """The name and the values of the loss that shows improvement."""
        measured = all(map(math.isfinite, self.validation_loss))
        return ("validation loss", self.validation_loss) if measured else ("training loss", self.loss)

    @property
    def best_accuracy(self) -> float:
        """The larger of the last training and validation accuracies, 0 to 1."""
        accuracies = (self.accuracy[-1], self.validation_accuracy[-1])
        return max((accuracy for accuracy in accuracies if accuracy >= 0), default=1.0)


def diagnose(rows: Sequence[dict[str, float]], *, is_over: bool = False) -> list[Finding]:
    """Diagnose the course of a training.

    Args:
        rows: the figures of each epoch, as `run.read_rows` returns them: epoch (from 0), loss, accuracy and,
            if digits are held out, val_loss and val_accuracy.
        is_over: whether no more epochs follow, so that advice on their number helps.

    Returns:
        One of the `MAIN_FINDINGS`, then hints; nothing before the first epoch is over.
    """
    curves = _to_curves(rows)
    if not curves.epochs:
        return []
    main = (
        _find_divergence(curves)
        or _find_too_few_epochs(curves, is_over)
        or _find_jumps(curves)
        or _find_overfitting(curves)
        or _describe_progress(curves, is_over)
    )
    if main.kind in (TOO_FEW_EPOCHS, RATE_TOO_HIGH, OVERFITTING):
        return [main]
    hints = (_find_slow_progress(curves), _find_training_below_validation(curves))
    return [main, *(hint for hint in hints if hint)]


def _to_curves(rows: Sequence[dict[str, float]]) -> _Curves:
    known = [row for row in rows if "loss" in row]
    numbers = [row.get("epoch", math.nan) for row in known]
    epochs = [int(number) + 1 if 0 <= number < 1e9 else place for place, number in enumerate(numbers, start=1)]
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return _Curves(epochs, *([row.get(name, math.nan) for row in known] for name in names))


def _find_too_few_epochs(curves: _Curves, is_over: bool) -> Finding | None:
    count = len(curves.epochs)
    if count >= _MIN_EPOCHS:
        return None
    rest = f"train {_MIN_EPOCHS} epochs or more to see where it leads." if is_over else f"a trend needs {_MIN_EPOCHS}."
    return Finding(TOO_FEW_EPOCHS, 0, f"{_describe_first_epochs(curves)}; {rest}")


def _describe_first_epochs(curves: _Curves) -> str:
    name, loss = curves.watched
    if len(loss) > 1:
        verb = "fell" if loss[-1] < loss[0] else "rose"
        return f"In {len(loss)} epochs the {name} {verb} from {loss[0]:.3g} to {loss[-1]:.3g}"
    known = {"validation": curves.validation_accuracy[0], "training": curves.accuracy[0]}
    digits = next((digits for digits, accuracy in known.items() if 0 <= accuracy <= 1), "")
    return f"After 1 epoch {known[digits]:.1%} of the {digits} digits are read right" if digits else "1 epoch is over"


def _find_divergence(curves: _Curves) -> Finding | None:
    for epoch, loss in zip(curves.epochs, curves.loss, strict=True):
        if not math.isfinite(loss):
            sentence = f"Learning rate too high: in epoch {epoch} the training loss is no longer a number."
            return Finding(RATE_TOO_HIGH, epoch, sentence)
    lowest, last = min(curves.loss), curves.loss[-1]
    if last < _MIN_DIVERGED_RATIO * lowest or last < lowest + _MIN_DIVERGED_RISE:
        return None
    epoch = _get_epoch_after(curves, curves.loss.index(lowest))
    sentence = f"the training loss has risen from {lowest:.3g} to {last:.3g}; try a tenth of the rate."
    return Finding(RATE_TOO_HIGH, epoch, f"Learning rate too high since epoch {epoch}: {sentence}")


def _find_jumps(curves: _Curves) -> Finding | None:
    loss = curves.loss
    places = [
        place
        for place in range(max(1, len(loss) - _STEP_EPOCHS), len(loss))
        if loss[place] >= max(_MIN_JUMP_RATIO * loss[place - 1], loss[place - 1] + _MIN_JUMP_RISE)
    ]
    if len(places) < _MIN_JUMPS:
        return None
    epoch = curves.epochs[places[0]]
    sentence = f"the training loss jumps up and down since epoch {epoch}; try a third of the rate."
    return Finding(RATE_TOO_HIGH, epoch, f"Learning rate too high: {sentence}")


def _find_overfitting(curves: _Curves) -> Finding | None:
    name, loss = curves.watched
    if loss is curves.loss:
        return None
    means = [
        sum(loss[start : start + _WINDOW_EPOCHS]) / _WINDOW_EPOCHS for start in range(len(loss) - _WINDOW_EPOCHS + 1)
    ]
    start = means.index(min(means))
    place = min(range(start, start + _WINDOW_EPOCHS), key=loss.__getitem__)
    threshold = max(_MIN_OVERFIT_RATIO * means[start], means[start] + _MIN_OVERFIT_RISE)
    if means[-1] < threshold or curves.loss[-1] >= curves.loss[place]:
        return None
    epoch = _get_epoch_after(curves, place)
    sentence = f"the {name} has risen from {loss[place]:.3g} to {loss[-1]:.3g}, while the training loss kept falling."
    return Finding(OVERFITTING, epoch, f"Overfitting since epoch {epoch}: {sentence} Varied copies or dropout help.")


def _describe_progress(curves: _Curves, is_over: bool) -> Finding:
    name, loss = curves.watched
    best = 0
    for place, value in enumerate(loss):
        if value < (1 - _MIN_IMPROVEMENT) * loss[best]:
            best = place
    if len(loss) - 1 - best >= _WINDOW_EPOCHS:
        epoch = curves.epochs[best]
        sentence = f"No longer improving since epoch {epoch}: the {name} has stayed about {loss[best]:.3g} or above."
        return Finding(PLATEAU, epoch, sentence)
    lowest = loss.index(min(loss))
    epoch, epochs_since = curves.epochs[lowest], len(loss) - 1 - lowest
    if epochs_since:
        since = f"{epochs_since} epoch{'s' * (epochs_since > 1)}"
        sentence = f"The {name} was lowest in epoch {epoch}, {loss[lowest]:.3g}; not lower for {since}."
        return Finding(NOT_LOWER, epoch, sentence)
    sentence = f"Still improving: the {name} fell to {loss[lowest]:.3g} in epoch {epoch}, its lowest."
    return Finding(IMPROVING, epoch, sentence + " More epochs may help." * is_over)


def _find_slow_progress(curves: _Curves) -> Finding | None:
    """Find a training loss that hardly falls while accuracy is still low."""
    losses = curves.loss[-_STEP_EPOCHS:]
    if len(losses) < _STEP_EPOCHS or curves.best_accuracy >= _LOW_ACCURACY or min(losses) <= 0:
        return None
    falls = [1 - after / before for before, after in itertools.pairwise(losses)]
    epoch = curves.epochs[-_STEP_EPOCHS]
    if all(_MIN_SLOW_FALL <= fall <= _MAX_SLOW_FALL for fall in falls):
        sentence = f"Learning rate perhaps too low: since epoch {epoch} the training loss falls slowly and steadily."
        return Finding(RATE_TOO_LOW, epoch, sentence)
    if abs(1 - losses[-1] / losses[0]) < (_STEP_EPOCHS - 1) * _MIN_SLOW_FALL:
        sentence = f"{curves.best_accuracy:.0%} are read right, and since epoch {epoch} the training loss hardly falls."
        return Finding(UNDERFITTING, epoch, f"Underfitting: {sentence}")
    return None


def _find_training_below_validation(curves: _Curves) -> Finding | None:
    if not curves.accuracy[-1] < curves.validation_accuracy[-1] - _MIN_IMPROVEMENT:
        return None
    return Finding(BELOW_VALIDATION, 0, RULES[BELOW_VALIDATION])


def _get_epoch_after(curves: _Curves, place: int) -> int:
    return curves.epochs[min(place + 1, len(curves.epochs) - 1)]
