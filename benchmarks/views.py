"""Measure the opening time and the memory of each view: python benchmarks/views.py [--runs N].

Times are measured in a real Chromium, from the click until the view is drawn and the server is done: the first time,
which loads everything the view needs, and the median of the later times. Memory is the growth of the server's memory
by the first time. A drawing is read before everything else.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.app_server import running_server
from benchmarks.speed import time_strokes

# The role and name of each element to click; the last click is timed.
VIEWS: dict[str, list[tuple[str, str]]] = {
    "Learn my hand": [("link", "Learn my hand: write each digit a few times")],
    "Photos": [("link", "Photos")],
    "Inside: How it was read": [("link", "Inside")],
    "Inside: Inside the network": [("link", "Inside"), ("radio", "Inside the network")],
    "Inside: Map of digits": [("link", "Inside"), ("radio", "Map of digits")],
    "Data: Your digits": [("link", "Data")],
    "Data: MNIST, Look through": [("link", "Data"), ("radio", "MNIST")],
    "Data: MNIST, Labels and averages": [("link", "Data"), ("radio", "MNIST"), ("radio", "Labels and averages")],
    "Data: MNIST, Hard to read": [("link", "Data"), ("radio", "MNIST"), ("radio", "Hard to read")],
    "Data: MNIST, Like yours": [("link", "Data"), ("radio", "MNIST"), ("radio", "Like yours")],
    "Train": [("link", "Train")],
    "Models": [("link", "Models")],
}
_IS_IDLE = """() => {
    const busy = '[data-test-script-state=running], [data-testid=stSkeleton], [data-testid=stSpinner]';
    const quiet = performance.now() - window.changedAt;
    return window.changedAt && !document.querySelector(busy) && quiet > 250;
}"""
_WATCH_CHANGES = """() => {
    window.changedAt = 0;
    window.clickedAt = performance.now();
    window.watched ??= new MutationObserver(() => { window.changedAt = performance.now(); });
    window.watched.observe(document.body, {childList: true, subtree: true, attributes: true, characterData: true});
}"""


def open_view(page: Any, clicks: list[tuple[str, str]]) -> float:
    """Open a view from Draw; return the milliseconds from the last click to the last change."""
    page.get_by_role("link", name="Draw", exact=True).click()
    page.get_by_text("Draw a number. A neural network").wait_for()
    page.wait_for_timeout(500)
    for role, name in clicks:
        target = page.get_by_role(role, name=name, exact=True).first
        target.wait_for()
        page.evaluate(_WATCH_CHANGES)
        target.click()
        page.wait_for_function(_IS_IDLE, timeout=120_000)
    return float(page.evaluate("window.changedAt - window.clickedAt"))


def read_drawing(page: Any) -> None:
    """Draw a 1 and clear it, so that the server has loaded everything that reading needs."""
    page.wait_for_timeout(1000)  # The canvas accepts drawings a moment after it appears.
    time_strokes(page, 1)
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw a number. A neural network").wait_for()
    page.wait_for_timeout(1000)


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import find_chromium

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="times each view is opened after the first (default 5)")
    args = parser.parse_args()
    print(f"{'view':<36} {'first ms':>9} {'again ms':>9} {'MB':>6}")
    with sync_playwright() as playwright, running_server() as (address, _, pid):
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), chromium_sandbox=False)
        page = browser.new_page()
        page.goto(address)
        page.get_by_text("Draw a number. A neural network").wait_for()
        read_drawing(page)
        process = psutil.Process(pid)
        for name, clicks in VIEWS.items():
            before = process.memory_info().rss
            first = open_view(page, clicks)
            added = (process.memory_info().rss - before) / 2**20
            again = statistics.median(open_view(page, clicks) for _ in range(args.runs))
            print(f"{name:<36} {first:>9.0f} {again:>9.0f} {added:>6.0f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
