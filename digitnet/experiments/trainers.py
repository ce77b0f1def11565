"""Tell who trains the runs in the queue: the processes that ask for them, or a training worker elsewhere.

A server without TensorFlow leaves that to a worker which shares its folder of models, as in `deploy/compose.yaml`.
"""

from __future__ import annotations

import os

from digitnet import extras
from digitnet.access.settings import read_section
from digitnet.errors import SettingsError, TrainingError

_HERE, _WORKER = "here", "worker"


def has_worker() -> bool:
    """Return whether a training worker trains: `$DIGITNET_TRAININGS`, else `trainings` in [server], is "worker".

    Raises:
        SettingsError: it is neither "worker" nor "here".
    """
    wanted = os.environ.get("DIGITNET_TRAININGS") or read_section("server").get("trainings", _HERE)
    if wanted not in (_HERE, _WORKER):
        raise SettingsError(f"Expected worker or here as trainings in [server]. Received: {wanted!r}.")
    return wanted == _WORKER


def can_train() -> bool:
    """Return whether a run that is queued here will be trained."""
    return has_worker() or extras.has_extra("train")


def require_trainer() -> None:
    """Raise TrainingError, with how to install TensorFlow, if nobody trains."""
    if not has_worker():
        extras.require_extra("train", "Training", TrainingError)
