"""Tell who trains the runs in the queue: the processes that ask for them, or a training worker elsewhere.

A server without TensorFlow leaves that to a worker which shares its folder of models, as in `deploy/compose.yaml`.
"""

from __future__ import annotations

from digitnet import extras
from digitnet.access.server_settings import read_server_choice
from digitnet.errors import TrainingError

_HERE, _WORKER = "here", "worker"


def has_worker() -> bool:
    """Return whether a training worker trains: `$DIGITNET_TRAININGS`, else `trainings` in [server], is "worker".

    Raises:
        SettingsError: it is neither "worker" nor "here".
    """
    return read_server_choice("trainings", "DIGITNET_TRAININGS", (_HERE, _WORKER)) == _WORKER


def can_train() -> bool:
    """Return whether a run that is queued here will be trained."""
    return has_worker() or extras.has_extra("train")


def require_trainer() -> None:
    """Raise TrainingError, with how to install TensorFlow, if nobody trains."""
    if not has_worker():
        extras.require_extra("train", "Training", TrainingError)
