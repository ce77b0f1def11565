"""Note what happens on a server, for its operator: readings, trainings, and who signs in.

A note holds the facts that its function names: never a picture, a number that was read, or a secret. Notes go to a
logger, which keeps none until a server asks for them (`digitnet/server/logs.py`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from digitnet.access.callers import get_caller

EVENTS = logging.getLogger("digitnet.events")


@contextmanager
def noting_reading(source: str, model: str) -> Iterator[Callable[[tuple[int, int], int], None]]:
    """Note a reading and the time that the block takes; yield a function to call with its size and number of digits.

    Args:
        source: "drawing", "photo", "sheet" (of a batch) or "api".
        model: name of the model that reads.
    """
    found: dict[str, Any] = {}

    def describe(size: tuple[int, int], digits: int) -> None:
        found.update(width=size[0], height=size[1], digits=digits)

    began = time.perf_counter()
    try:
        yield describe
    except Exception as error:
        found["error"] = type(error).__name__
        raise
    finally:
        seconds = round(time.perf_counter() - began, 3)
        _note("reading", source=source, model=model, seconds=seconds, role=get_caller().role.name.lower(), **found)


def note_training_start(name: str) -> None:
    """Note that the process of a training was started."""
    _note("training started", run=name)


def note_training_end(name: str, seconds: float, reason: str) -> None:
    """Note that the process of a training has ended, and why: "done", or the state in which it left its run."""
    _note("training ended", run=name, seconds=round(seconds, 1), reason=reason)


def note_sign_in(account: str, role: str) -> None:
    """Note that somebody has signed in, or that a browser has become the owner's."""
    _note("sign-in", account=account, role=role)


def note_sign_out(account: str) -> None:
    """Note that somebody has signed out."""
    _note("sign-out", account=account)


def _note(event: str, **facts: Any) -> None:
    EVENTS.info(event, extra={"facts": facts})
