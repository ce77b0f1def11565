"""Run tasks one after the other: the process of a worker, `python -m digitnet.workers.worker MAX_MEMORY_BYTES`.

It reads tasks on its standard input and writes their outcomes on its standard output. It ends when nobody sends tasks.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import IO

from digitnet.errors import DigitnetError
from digitnet.workers.limits import go_first, limit_memory, limit_processor_time
from digitnet.workers.messages import Outcome, Task, receive, send


def serve(tasks: IO[bytes], outcomes: IO[bytes]) -> None:
    """Run the tasks that arrive until nobody sends any."""
    while True:
        try:
            task: Task = receive(tasks)
        except EOFError:
            return
        limit_processor_time(task.processor_seconds)
        send(outcomes, run_task(task))


def run_task(task: Task) -> Outcome:
    """Run a task; an error that is no DigitnetError becomes one of its kind, since others may not be picklable."""
    for name, value in task.environment.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    try:
        return Outcome(task.function(*task.arguments))
    except (DigitnetError, MemoryError) as error:
        return Outcome(error=error)
    except Exception as error:
        logging.getLogger(__name__).exception("Unexpected error in a worker")
        return Outcome(error=RuntimeError(f"{type(error).__name__}: {error}"))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes of a terminal; the starter decides.
    limit_memory(int(sys.argv[1]))
    go_first()
    outcomes = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # What a library prints is no outcome.
    serve(sys.stdin.buffer, outcomes)


if __name__ == "__main__":
    _main()
