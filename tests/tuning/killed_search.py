"""Search in a process that kills itself at a line of the journal, half of which is written.

Usage: python -m tests.tuning.killed_search FOLDER LINE
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from optuna.storages.journal import JournalFileBackend

from digitnet.tuning import engine
from digitnet.tuning.search import Search
from tests.helpers.trial_runs import FolderRuns


def kill_at(line: int) -> None:
    """Have the process killed while it writes a line, counted from 1."""
    append, written = JournalFileBackend.append_logs, []

    def append_or_die(backend: JournalFileBackend, logs: list[dict[str, object]]) -> None:
        written.append(logs)
        if len(written) == line:
            Path(f"{backend._file_path}.lock").touch()
            with open(backend._file_path, "a", encoding="utf-8") as file:
                file.write(json.dumps(logs[0])[: 10 * (line % 3)])
            os.kill(os.getpid(), signal.SIGKILL)
        append(backend, logs)

    JournalFileBackend.append_logs = append_or_die  # type: ignore[method-assign]


if __name__ == "__main__":
    kill_at(int(sys.argv[2]))
    engine.SECONDS_BETWEEN_STEPS = 0.0
    engine.Engine(Search("s"), FolderRuns(Path(sys.argv[1]))).run()
