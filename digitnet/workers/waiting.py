"""Wait until a caller may have another picture read, and until a worker is free for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from digitnet.access.spending import get_spending
from digitnet.errors import CanceledError, DigitnetError, QuotaError
from digitnet.workers.pool import run_in_worker
from digitnet.workers.process import Cancellation
from digitnet.workers.turns import FullError

_LOOK_SECONDS = 0.2  # How often somebody who waits looks whether the task was canceled.
_RETRY_SECONDS = 2.0  # After which a task is tried again that found the workers busy.
T = TypeVar("T")


def check_wanted(is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Raise CanceledError if the task was canceled, see `process.cancelable`, or nobody wants its result any more."""
    if Cancellation.get_current().is_canceled or not is_wanted():
        raise CanceledError("Nobody waits for it any more.")


def wait(seconds: float, is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Wait so many seconds; raises CanceledError as `check_wanted` does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        check_wanted(is_wanted)
        time.sleep(min(left, _LOOK_SECONDS))


def wait_for_allowance(is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Count a photo; wait, if there were too many within a minute, until it may be read.

    Raises:
        CanceledError: as `check_wanted` raises it, meanwhile.
        QuotaError: waiting does not help.
    """
    while True:
        try:
            get_spending().count_photo()
            return
        except QuotaError as error:
            if error.wait_seconds is None:
                raise
            seconds = error.wait_seconds
        wait(seconds, is_wanted)


def run_when_free(
    function: Callable[..., T], *arguments: object, subject: str, is_wanted: Callable[[], bool] = lambda: True
) -> T:
    """Run a function in a worker, as `pool.run_in_worker` does, and again if all are busy.

    Raises:
        CanceledError: as `check_wanted` raises it, while all are busy.
    """
    while True:
        try:
            return run_in_worker(function, *arguments, subject=subject)
        except DigitnetError as error:
            if not isinstance(error.__cause__, FullError):
                raise
        wait(_RETRY_SECONDS, is_wanted)
