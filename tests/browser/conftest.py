"""The running app, and a Chromium that opens it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from digitnet.models import store
from digitnet.paths import ROOT
from tests.browser.app_server import serving
from tests.browser.chromium import find_chromium
from tests.browser.helpers import DESKTOP, PHONE, WAIT_MS, open_page

# Chromium must not look up hosts outside.
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """The address of the app, started on a free port with a copy of the shipped models."""
    models = tmp_path_factory.mktemp("models")
    for name in store.SHIPPED_MODELS:
        shutil.copytree(ROOT / "models" / name, models / name)
    with serving(tmp_path_factory, models, tmp_path_factory.mktemp("data")) as url:
        yield url


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright, which a process can start but once at a time.

    Its loop of asyncio runs until it ends, and no other can run meanwhile: it ends before the tests of other packages.
    """
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright) -> Iterator[Browser]:
    path = find_chromium(playwright)
    assert path, "There is no Chromium for the browser tests; run: make test"
    chromium = playwright.chromium.launch(executable_path=path, args=FLAGS, chromium_sandbox=False)
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def context_of(browser) -> Callable[[str, dict[str, int]], BrowserContext]:
    """Return a browser context by address and size; tests share it, and with it Chromium's cache of scripts."""
    contexts: dict[tuple[str, int], BrowserContext] = {}

    def find(address: str, size: dict[str, int]) -> BrowserContext:
        key = (address, size["width"])
        if key not in contexts:
            contexts[key] = browser.new_context(viewport=size, has_touch=size == PHONE, base_url=address)
        return contexts[key]

    return find


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, context_of, address) -> Iterator[Page]:
    """A page of the app at desktop and at phone size."""
    with open_page(context_of(address, request.param)) as page:
        yield page
