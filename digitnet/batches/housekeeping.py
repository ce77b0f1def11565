"""Delete what batches keep for a while only: expired pictures, and batches that were deleted a day ago."""

from __future__ import annotations

import logging
import threading

from digitnet.access.callers import LOCAL_OWNER, acting_as
from digitnet.batches.pictures import delete_expired_pictures
from digitnet.errors import DigitnetError

_DAY_SECONDS = 86_400.0
_FIRST_SECONDS = 60.0  # After which deleted batches are swept up first: a server that starts has other work.
_log = logging.getLogger(__name__)


def clean_up_daily() -> None:
    """Delete expired pictures now, and these and deleted batches once a day as long as this process runs."""
    delete_expired_pictures()
    _plan(_FIRST_SECONDS)


def clean_up() -> None:
    """Delete expired pictures and deleted batches of everybody; an error is noted in the log."""
    from digitnet.batches.store import BatchStore

    delete_expired_pictures()
    try:
        with acting_as(LOCAL_OWNER), BatchStore.open() as store:
            store.sweep()
    except DigitnetError as error:
        _log.warning("Deleted batches are still there: %s", error)


def _plan(seconds: float) -> None:
    timer = threading.Timer(seconds, _clean_up_again)
    timer.daemon = True
    timer.start()


def _clean_up_again() -> None:
    try:
        clean_up()
    finally:  # Also after an error that nobody expects.
        _plan(_DAY_SECONDS)
