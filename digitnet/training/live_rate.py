"""Change the learning rate of a training that runs."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.run_controls import RunControls

_FLOOR_RATIO = 0.01  # Epochs beyond those of a schedule go on at this share of the highest rate.


class AdjustableSchedule(LearningRateSchedule):
    """A schedule of the learning rate until another rate is set, then that rate."""

    def __init__(self, schedule: LearningRateSchedule) -> None:
        super().__init__()
        self.schedule = schedule
        self.rate = keras.Variable(0.0, trainable=False, dtype="float32", name="set_rate")

    def __call__(self, step: Any) -> Any:
        """Return the rate of a step."""
        return ops.where(self.rate > 0, self.rate, self.schedule(step))

    def get_config(self) -> dict[str, Any]:
        """Return the schedule as a setting."""
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule)}


class LiveRate(keras.callbacks.Callback):
    """Sets the learning rate that is asked for while the run trains, and notes it as a change of the run."""

    def __init__(self, run: Run, config: TrainingConfig) -> None:
        super().__init__()
        self._controls = RunControls(run)
        self._config = config
        self._rate: float | None = None
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the rate that was asked for, or a low one after the last epoch of a schedule."""
        self._epoch = epoch
        self._apply()
        if self._rate is None and epoch >= self._config.epochs and self._config.schedule != "constant":
            self._set(self._config.learning_rate * _FLOOR_RATIO)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the rate that was asked for since."""
        self._apply()

    def _apply(self) -> None:
        rate = self._controls.read_rate()
        if rate is None or rate == self._rate:
            return
        self._set(rate)
        sentence = f"learning rate {rate:g} from epoch {self._epoch + 1} on"
        if sentence not in self._controls.list_changes():  # A resumed run sets it again.
            self._controls.note_change(sentence)

    def _set(self, rate: float) -> None:
        self._rate = rate
        set_learning_rate(self.model.optimizer, rate)


def set_learning_rate(optimizer: keras.optimizers.Optimizer, rate: float) -> None:
    """Set the learning rate of an optimizer from now on, in place of any schedule."""
    schedule = optimizer._learning_rate
    if isinstance(schedule, AdjustableSchedule):
        schedule.rate.assign(rate)
    else:
        optimizer.learning_rate = rate
