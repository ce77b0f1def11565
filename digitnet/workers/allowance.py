"""Wait until a caller may have another picture read."""

from __future__ import annotations

import time

from digitnet.access.spending import get_spending
from digitnet.errors import CanceledError, QuotaError
from digitnet.workers.process import Cancellation

_LOOK_SECONDS = 0.2  # How often somebody who waits looks whether the task was canceled.


def wait_for_allowance() -> None:
    """Count a photo; wait, if there were too many within a minute, until it may be read.

    Raises:
        CanceledError: the task was canceled meanwhile, see `process.cancelable`.
        QuotaError: waiting does not help.
    """
    cancellation = Cancellation.get_current()
    while True:
        try:
            get_spending().count_photo()
            return
        except QuotaError as error:
            if error.wait_seconds is None:
                raise
            end = time.monotonic() + error.wait_seconds
        while time.monotonic() < end:
            if cancellation.is_canceled:
                raise CanceledError("It was canceled while it waited.")
            time.sleep(_LOOK_SECONDS)
