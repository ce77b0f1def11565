"""Find the Chromium of the browser tests."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium(playwright: Playwright) -> str | None:
    """Return the path of the system's Chromium, or else of Playwright's, or else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    with sync_playwright() as started:  # Fails if a system library is missing.
        sys.exit(0 if find_chromium(started) else 1)
