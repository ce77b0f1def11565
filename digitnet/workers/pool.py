"""Share a few worker processes among all who have files of strangers parsed.

A worker has limits on memory and processor time. One that dies, or takes too long, is replaced; its task fails with a
sentence, and the others go on. Tasks wait for a free worker, and callers take turns; when many wait, further ones are
turned away.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TypeVar

from digitnet.access.callers import get_caller
from digitnet.access.permissions import require_like
from digitnet.access.roles import Role
from digitnet.access.server_settings import read_server_count
from digitnet.access.spending import find_key, get_spending
from digitnet.errors import CanceledError, DigitnetError, ImageError
from digitnet.workers.limits import count_processors, find_memory
from digitnet.workers.messages import Outcome, Task
from digitnet.workers.process import Cancellation, Worker
from digitnet.workers.turns import FullError, Load, Turns

MAX_MEMORY_BYTES = 2**30  # A picture of 64 megapixels takes 0.7 GB, code and networks 0.2 GB.
MAX_PROCESSOR_SECONDS = 20.0
MAX_SECONDS = 120.0  # A busy machine gives a worker little processor time.
MAX_WAITING = 150
MAX_WAITING_EACH = 37  # A quarter, which is more than a class of 30 behind one address needs.
_OWN_BYTES = 3 * 2**30  # Memory of the process that has the workers: code and caches 1 GB, files 2.
_MIN_WORKERS = 2  # One file that takes long does not hold up all others.
_MAX_TASKS = 5000  # A worker that has done so many is replaced; 2,000 readings let a process grow by 3 MB.
_PASSED_VARIABLES = ("DIGITNET_MODELS", "DIGITNET_DATA")
_BUSY_WITH_YOURS = "Too many files of yours, or of your address, are being read right now; try again in a minute."
_BUSY = "Too many files are being read right now; try again in a minute."
_TOO_LONG = "{subject} takes too long to read; crop it, make it smaller or split it."
_DIED = (
    "{subject} needs too much memory, or is damaged in an unusual way; make it smaller, or save it in another format."
)

T = TypeVar("T")


class WorkerPool:
    """Worker processes that are started when they are needed; threads may share it.

    Args:
        workers: how many run at most.
        max_waiting: how many tasks may wait for a worker.
        max_waiting_each: how many of an account or address may.
        memory_bytes: memory of a worker.
        processor_seconds: how long a task may use the processor.
        seconds: how long it may take in all, without the time that it waits for a worker.
        is_quiet: whether what libraries print in the workers is thrown away.
    """

    def __init__(
        self,
        workers: int,
        max_waiting: int = MAX_WAITING,
        max_waiting_each: int = MAX_WAITING_EACH,
        memory_bytes: int = MAX_MEMORY_BYTES,
        processor_seconds: float = MAX_PROCESSOR_SECONDS,
        seconds: float = MAX_SECONDS,
        *,
        is_quiet: bool = False,
    ) -> None:
        self._is_quiet = is_quiet
        self._memory_bytes, self._processor_seconds, self._seconds = memory_bytes, processor_seconds, seconds
        self._turns = Turns(workers, max_waiting, max_waiting_each)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []

    def run(
        self,
        function: Callable[..., T],
        *arguments: object,
        subject: str = "The picture",
        error_class: type[DigitnetError] = ImageError,
        processor_seconds: float | None = None,
    ) -> T:
        """Run a function of a module in a worker, and return its result.

        Args:
            function: the function; it, its arguments and its result are pickled. If it is guarded, the caller needs
                its permission here, because a worker knows no callers.
            arguments: its arguments.
            subject: what is read, as the start of a sentence.
            error_class: class of the errors that the pool raises.
            processor_seconds: how long the task may use the processor, None for the pool's limit; the time that it may
                take in all is longer in proportion, but not shorter.

        Raises:
            DigitnetError: the function raised it; or, as `error_class`: the pool is full (its cause is a FullError), or
                the task took too long (a TimeoutError) or ended its process.
            CanceledError: the task was canceled, see `cancelable`.
        """
        require_like(function)
        cancellation = Cancellation.get_current()
        stretch = (processor_seconds or self._processor_seconds) / self._processor_seconds
        environment = {name: os.environ.get(name) for name in _PASSED_VARIABLES}
        task = Task(function, arguments, environment, self._processor_seconds * stretch)
        with self._reserve(cancellation, error_class):
            try:
                outcome = self._run(task, self._seconds * max(1.0, stretch), cancellation)
            except TimeoutError as error:
                raise error_class(_TOO_LONG.format(subject=subject)) from error
            except (EOFError, OSError) as error:
                if cancellation.is_canceled:
                    raise CanceledError("It was canceled.") from error
                raise error_class(_DIED.format(subject=subject)) from error
        if isinstance(outcome.error, MemoryError):
            raise error_class(_DIED.format(subject=subject)) from outcome.error
        if outcome.error:
            raise outcome.error
        result: T = outcome.result
        return result

    def measure_load(self) -> Load:
        """Return how many tasks run and wait now."""
        return self._turns.measure_load()

    def close(self) -> None:
        """End the workers that have nothing to do."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    @contextmanager
    def _reserve(self, cancellation: Cancellation, error_class: type[DigitnetError]) -> Iterator[None]:
        """Wait until a worker is free, and have it during a block."""
        caller = get_caller()
        key = None if caller.role >= Role.OWNER else find_key(caller)
        with ExitStack() as stack:
            try:
                stack.enter_context(self._turns.take(cancellation, key))
            except FullError as error:
                raise error_class(_BUSY_WITH_YOURS if error.is_own else _BUSY) from error
            yield

    def _run(self, task: Task, seconds: float, cancellation: Cancellation) -> Outcome:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None or not worker.is_alive:
            worker = Worker(self._memory_bytes, is_quiet=self._is_quiet)
        is_fine = False
        try:
            with cancellation.watch(worker.process):
                outcome = worker.run(task, seconds)
            is_fine = worker.tasks < _MAX_TASKS and not isinstance(outcome.error, MemoryError)
        finally:
            if is_fine:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.end()
        return outcome


def count_workers() -> int:
    """Return how many workers this process may have: `workers` in [server], or as processors and memory allow.

    Raises:
        SettingsError: it is no whole number above 0, or the file of settings cannot be read.
    """
    if wanted := read_server_count("workers", "DIGITNET_WORKERS"):
        return wanted
    return max(_MIN_WORKERS, fit_workers(_OWN_BYTES))


def fit_workers(own_bytes: int) -> int:
    """Return how many workers processors and memory allow, at least one, beside so many bytes of their starter."""
    most, memory = count_processors(), find_memory()
    if memory is not None:
        most = min(most, (memory - own_bytes) // MAX_MEMORY_BYTES)
    return max(1, most)


@cache
def get_pool() -> WorkerPool:
    """Return the pool that all parts of this process share; raises SettingsError as `count_workers` does."""
    pool = WorkerPool(count_workers())
    atexit.register(pool.close)
    return pool


def run_in_worker(
    function: Callable[..., T],
    *arguments: object,
    subject: str = "The picture",
    error_class: type[DigitnetError] = ImageError,
    processor_seconds: float | None = None,
) -> T:
    """Run a function in a worker of the shared pool, as `WorkerPool.run` describes it.

    Without a limit of its own it may use a processor for as long as a page of the caller may.
    """
    seconds = processor_seconds or get_spending().find_page_seconds()
    return get_pool().run(function, *arguments, subject=subject, error_class=error_class, processor_seconds=seconds)
