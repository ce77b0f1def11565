"""The app, running, and a Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from digitnet.models import store
from digitnet.paths import ROOT
from tests.browser.chromium import find_chromium

# No look-ups of hosts outside: the browser is to see the app alone.
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
expect.set_options(timeout=30_000)  # machines may be busy
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """The address of the app, started on a free port with a copy of the shipped models."""
    models = tmp_path_factory.mktemp("models")
    for name in store.SHIPPED_MODELS:
        shutil.copytree(ROOT / "models" / name, models / name)
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data")) as url:
        yield url


@contextmanager
def serving(tmp_path_factory, models: Path, data: Path) -> Iterator[str]:
    """Run the app with these folders of models and of digits; give its address."""
    environment = {
        **os.environ,
        "DIGITNET_MODELS": str(models),
        "DIGITNET_DATA": str(data),
        "TMPDIR": str(tmp_path_factory.mktemp("locks")),
    }
    environment.pop("DIGITNET_DATABASE_URL", None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    log = tmp_path_factory.mktemp("app") / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=environment) as app,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", app, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "There is no Chromium for the browser tests; run: make test"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
        yield chromium
        chromium.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, browser, address) -> Iterator[Page]:
    """A page of the app at desktop and at phone size; scripts that fail in it fail the test."""
    context = browser.new_context(viewport=request.param, has_touch=request.param is PHONE, base_url=address)
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def _wait(url: str, app: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            assert app.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(f"The app did not start:\n{log.read_text()}")
