"""Define tasks and outcomes, and exchange them with a worker process over its pipes."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from typing import IO, Any, NamedTuple

_SIZE = struct.Struct("<Q")


class Task(NamedTuple):
    """A function of a module to call.

    Attributes:
        function: the function.
        arguments: its arguments.
        environment: environment variables to set, or to unset where the value is None.
        processor_seconds: how long it may use the processor.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    environment: dict[str, str | None]
    processor_seconds: float


class Outcome(NamedTuple):
    """The result of a task, or the error that it raised."""

    result: Any = None
    error: Exception | None = None


def send(pipe: IO[bytes], message: Any) -> None:
    """Write an object; raises OSError if nobody reads."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(_SIZE.pack(len(content)) + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Wait for an object and return it; raises EOFError if the other side is gone."""
    (size,) = _SIZE.unpack(_read(pipe, _SIZE.size))
    return pickle.loads(_read(pipe, size))


def _read(pipe: IO[bytes], count: int) -> bytes:
    content = pipe.read(count)
    if len(content) < count:
        raise EOFError
    return content
