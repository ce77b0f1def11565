"""Start a worker process, give it tasks, and end it when it is canceled or takes too long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from digitnet.errors import CanceledError
from digitnet.paths import IMPORT_ROOT
from digitnet.workers.messages import Outcome, Task, receive, send

# There are as many workers as processors: further threads of one would wait for those of another.
_ONE_THREAD = {"DIGITNET_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1", "OPENBLAS_NUM_THREADS": "1"}
_CANCELED = "It was canceled."
_KILLED = -getattr(signal, "SIGKILL", 2**31)  # The status of a killed process; Windows kills none when memory is short.
_current: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


class KilledError(OSError):
    """The system has killed a process, as it does where memory runs out, and not for a limit of its own."""


class Cancellation:
    """Cancels a task from another thread, whether it waits or runs."""

    def __init__(self) -> None:
        self.is_canceled = False
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def get_current(cls) -> Cancellation:
        """Return the cancellation of the block of `cancelable`, or one that nobody cancels."""
        return _current.get() or cls()

    def cancel(self) -> None:
        """End the task at once."""
        with self._lock:
            self.is_canceled = True
            if self._process:
                self._process.kill()

    @contextmanager
    def watch(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Have `cancel` end a process during a block."""
        with self._lock:
            if self.is_canceled:
                raise CanceledError(_CANCELED)
            self._process = process
        try:
            yield
        finally:
            with self._lock:
                self._process = None


@contextmanager
def cancelable(cancellation: Cancellation) -> Iterator[None]:
    """Have a cancellation end the tasks of a block, and raise CanceledError there."""
    token = _current.set(cancellation)
    try:
        yield
    finally:
        _current.reset(token)


class Worker:
    """A worker process.

    Args:
        memory_bytes: limit of its memory.
        is_quiet: whether what libraries print in it, such as notes on damaged files, is thrown away.
    """

    def __init__(self, memory_bytes: int, *, is_quiet: bool = False) -> None:
        command = [sys.executable, "-m", "digitnet.workers.worker", str(memory_bytes)]
        pipe, environment = subprocess.PIPE, {**os.environ, **_ONE_THREAD}
        self.process = subprocess.Popen(
            command,
            cwd=IMPORT_ROOT,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL if is_quiet else None,
            env=environment,
        )
        self.tasks = 0

    @property
    def is_alive(self) -> bool:
        """Whether the process can take a task."""
        return self.process.poll() is None

    def run(self, task: Task, seconds: float) -> Outcome:
        """Run a task; raises TimeoutError if it takes too long, and OSError or EOFError if the process ends.

        The OSError is a KilledError if somebody else has killed it.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.tasks += 1
        end = time.monotonic() + seconds
        watchdog = threading.Timer(seconds, self.process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            send(self.process.stdin, task)
            outcome: Outcome = receive(self.process.stdout)
        except (EOFError, OSError) as error:
            status = self.process.wait()
            if status == -getattr(signal, "SIGXCPU", 0) or time.monotonic() >= end:
                raise TimeoutError from error
            if status == _KILLED:
                raise KilledError from error
            raise
        finally:
            watchdog.cancel()
        return outcome

    def end(self) -> None:
        """End the process and close its pipes."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
