"""Define the command `work`: train what servers have queued."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from functools import partial

from digitnet.extras import require_extra

_DESCRIPTION = """
Train the runs that a server has queued in the same folder of models, one after the other, until it is stopped; its
searches, too. The
server leaves them to this worker if it has trainings = "worker" under [server] in its file of settings, or
DIGITNET_TRAININGS=worker in its environment; it needs no TensorFlow then.
"""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `work`."""
    command.description = _DESCRIPTION
    help = "write a line for each training to stderr (default: as log_format in the file of settings says)"
    command.add_argument("--log-format", choices=("json", "text"), help=help)
    command.set_defaults(command=_work)


def _work(log_format: str | None) -> int:
    """Train until the process is told to stop; return the exit code."""
    require_extra("train", "The command 'work'")
    from digitnet.experiments.training_worker import work
    from digitnet.server.logs import set_up_logs
    from digitnet.tuning import actions

    if log_format:
        os.environ["DIGITNET_LOG_FORMAT"] = log_format
    set_up_logs()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    print("Waiting for trainings; stop with Ctrl+C.", flush=True)
    work(stopped, actions.resume_interrupted, partial(actions.launch_wanted, is_worker=True))
    return 0
