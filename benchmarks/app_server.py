"""Run the app's server for benchmarks that look at its pages in a browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running_server(environment: dict[str, str] | None = None) -> Iterator[tuple[str, float, int]]:
    """Start the app as `make run` does, and stop it at the end.

    Args:
        environment: environment variables, those of this process by default.

    Yields:
        The address, the start in seconds of `time.perf_counter`, and the process id.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdout=silent, stderr=silent, env=environment) as app:
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}", started, app.pid
        finally:
            app.terminate()
