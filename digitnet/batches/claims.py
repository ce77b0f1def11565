"""Have one reader of this process at a time read a sheet: two tabs may have the same batch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from digitnet.workers.waiting import check_wanted

_LOOK_SECONDS = 0.2  # How often somebody who waits looks whether anybody wants the sheet any more.
_claimed: set[Hashable] = set()
_changed = threading.Condition()


@contextmanager
def claim(key: Hashable, is_wanted: Callable[[], bool]) -> Iterator[None]:
    """Have a sheet for oneself during a block; wait before it until no other reader has the sheet.

    Args:
        key: what tells the sheet from all others.
        is_wanted: whether anybody still waits for the sheet.

    Raises:
        CanceledError: nobody wants it any more, see `waiting.check_wanted`.
    """
    with _changed:
        while key in _claimed:
            check_wanted(is_wanted)
            _changed.wait(_LOOK_SECONDS)
        _claimed.add(key)
    try:
        yield
    finally:
        with _changed:
            _claimed.remove(key)
            _changed.notify_all()
