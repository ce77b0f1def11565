"""Run the app's server for benchmarks that look at its pages in a browser."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PORTS = range(20_000, 32_000)  # Systems give none of these to connections and to whoever asks for any port.


@contextmanager
def running_server(environment: dict[str, str] | None = None) -> Iterator[tuple[str, float, int]]:
    """Start the app as `make run` does, and stop it at the end.

    Args:
        environment: environment variables, those of this process by default.

    Yields:
        The address, the start in seconds of `time.perf_counter`, and the process id.

    Raises:
        RuntimeError: the app ended before it answered.
    """
    port = find_free_port()
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
                    if app.poll() is not None:
                        raise RuntimeError("The app did not start.") from None
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}", started, app.pid
        finally:
            app.terminate()


def find_free_port() -> int:
    """Return a port on which nothing listens, and which hardly anybody else is given before it is used."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
