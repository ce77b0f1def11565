"""Describe in words how far a run is."""

from __future__ import annotations

import math

from digitnet.experiments.status import FINISHING, PAUSED, QUEUED, RUNNING, STARTING, WAITING, Status
from pages.shared.formatting import format_duration

_STATES = {
    QUEUED: "Queued",
    WAITING: "Waiting for another training",
    STARTING: "Starting its process",
    FINISHING: "Finishing",
}


def describe_position(status: Status) -> str:
    """Describe the epoch of a running run, or the phase of one that starts or finishes, or waits."""
    if status.state in (RUNNING, PAUSED):
        paused = ", paused" if status.state == PAUSED else ""
        return f"Epoch {min(status.epoch + 1, status.epochs)} of {status.epochs}{paused}"
    return status.phase or _STATES.get(status.state, "")


def describe_time_left(status: Status, now: float) -> str:
    """Describe the time left: "12 s left", or "" while unknown."""
    left = status.estimate_seconds_left(now)
    if left is None:
        return ""
    return f"{format_seconds(left)} left" if left else "a moment left"


def format_seconds(seconds: float) -> str:
    """Format a time that is counted down or up, in whole seconds: 5 s, 49 min."""
    return format_duration(seconds) if seconds >= 10 else f"{math.ceil(max(0, seconds))} s"
