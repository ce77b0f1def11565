"""Start the app for browser tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.app_server import find_free_port
from digitnet.paths import ROOT


@contextmanager
def serving(
    tmp_path_factory,
    models: Path,
    data: Path,
    runner: str = "streamlit",
    log: Path | None = None,
    port: int | None = None,
) -> Iterator[str]:
    """Run the app with these folders of models and user data; yield its address.

    Args:
        runner: module with the command line of Streamlit.
        log: file for what the server writes.
        port: number of its port, None for a free one.
    """
    environment = {
        **os.environ,
        "DIGITNET_MODELS": str(models),
        "DIGITNET_DATA": str(data),
        "TMPDIR": str(tmp_path_factory.mktemp("locks")),
    }
    environment.pop("DIGITNET_DATABASE_URL", None)
    port = port or find_free_port()
    command = [sys.executable, "-m", runner, "run", "app.py", "--server.port", str(port)]
    log = log or tmp_path_factory.mktemp("app") / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=environment) as app,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", app, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


def _wait(url: str, app: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3000):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            assert app.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(f"The app did not start:\n{log.read_text()}")
