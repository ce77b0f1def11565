"""Hold the progress of a training run, and estimate its end."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Protocol

import psutil

from digitnet.models.card import FAILED, INTERRUPTED, STOPPED

QUEUED, WAITING, STARTING, RUNNING, FINISHING = "queued", "waiting", "starting", "running", "finishing"
PAUSED = "paused"
RESTING_STATES = (STOPPED, FAILED, INTERRUPTED)  # From these a run or a search can go on.
BUSY_STATES = (WAITING, STARTING, RUNNING, PAUSED, FINISHING)
# Phases of a start and of a finish, in words for the user.
LOADING = "Loading TensorFlow"
PREPARING = "Preparing the digits"
BUILDING = "Building the network for its first batch"
AVERAGING = "Measuring the network of averaged weights"
RECALLING = "Checking that MNIST's digits are not forgotten"
EXPORTING = "Saving the network"
TESTING = "Reading the test digits"
CALIBRATING = "Measuring its confidence on varied copies of digits"
COMPARING = "Comparing it with the model in use"
DIVERGED = "diverged: its loss is no longer a number"  # In the message of a run whose settings do not work.
UNSAVED = "cannot be saved"  # In that of a run whose disk is full, or whose folder cannot be written.

_MAX_CLOCK_SHIFT_SECONDS = 2.0  # Setting the clock moves a process's start time a little.
_MAX_SHARE_OF_AN_ESTIMATE = 0.99  # A run that takes longer than estimated is not done.


@dataclass(frozen=True)
class Status:
    """Progress of a run; the names of the fields are the keys of `status.json`.

    All times are in seconds since 1970.

    Attributes:
        state: `queued`; with a process of its own `waiting` (for another training on this machine), `starting`,
            `running`, `paused`, `finishing`; at rest `stopped`, `failed`, `interrupted`.
        message: a sentence on what failed or what was kept; may be empty.
        phase: what a starting or finishing run does, in words; may be empty.
        phase_began: time when the phase began.
        host: name of the machine, or of the container, in which the process runs; "" for this one.
        pid: number of the process.
        born: start time of the process, which tells it from a later one with the same number.
        queued: time when the run was queued.
        updated: time of the last update.
        started: time when the process began to train.
        ends: estimated time of the end, None while unknown.
        epochs_before: number of epochs done when the process began to train.
        epoch: number of epochs done.
        epochs: number of epochs in all.
        batch: number of batches done in this epoch.
        batches: number of batches in an epoch.
        loss: training loss so far in this epoch.
        accuracy: training accuracy so far in this epoch, 0 to 1.
        digits_per_second: speed of the training.
        cpu_share: share of the machine's processors (0 to 1) that the training takes.
        memory: bytes that the training takes.
    """

    state: str = QUEUED
    message: str = ""
    phase: str = ""
    phase_began: float = 0.0
    host: str = ""
    pid: int = 0
    born: float = 0.0
    queued: float = 0.0
    updated: float = 0.0
    started: float = 0.0
    ends: float | None = None
    epochs_before: int = 0
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    loss: float | None = None
    accuracy: float | None = None
    digits_per_second: float = 0.0
    cpu_share: float = 0.0
    memory: int = 0

    @property
    def is_active(self) -> bool:
        """Whether the run is queued or has a process of its own."""
        return self.state in (QUEUED, *BUSY_STATES)

    def estimate_seconds_left(self, now: float) -> float | None:
        """Estimate the seconds from the time `now` to the end; None while unknown."""
        return None if self.ends is None else max(0.0, self.ends - now)

    def estimate_share_done(self, now: float) -> float:
        """Estimate the share of the whole run, 0 to 1, that is done at the time `now`.

        It counts the start and the finish, too, by the time they take.
        """
        before = self.epochs_before / self.epochs if self.epochs else 0.0
        left = self.estimate_seconds_left(now)
        if left is None or not self.started:
            return min(1.0, before)
        elapsed = max(0.0, now - self.started)
        share = elapsed / (elapsed + left) if elapsed else 0.0
        return min(_MAX_SHARE_OF_AN_ESTIMATE, before + (1 - before) * share)


class ProcessRecord(Protocol):
    """Tells which process wrote a status: its machine, its number and its start time, as in `Status`."""

    @property
    def host(self) -> str: ...  # noqa: D102

    @property
    def pid(self) -> int: ...  # noqa: D102

    @property
    def born(self) -> float: ...  # noqa: D102


def is_here(status: ProcessRecord) -> bool:
    """Return whether the process that wrote `status` is one of this machine or container."""
    return status.host in ("", platform.node())


def is_alive(status: ProcessRecord) -> bool:
    """Return whether the process that wrote `status` here, not just one with its number, runs."""
    try:
        process = psutil.Process(status.pid) if status.pid else None
        return bool(
            process
            and process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - status.born) < _MAX_CLOCK_SHIFT_SECONDS
        )
    except psutil.Error:
        return False
