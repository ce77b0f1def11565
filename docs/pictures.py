"""Make the README's pictures anew, in a real Chromium against a server started for it: python docs/pictures.py."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.app_server import running_server
from digitnet.augmentation.stroke_rendering import Points, smooth
from digitnet.models import store
from tests.browser.chromium import find_chromium

FOLDER = ROOT / "docs"
SIZE = {"width": 1220, "height": 800}
# Strokes of 2047 in a unit square, y down.
STROKES: list[list[tuple[float, float]]] = [
    [(0.02, 0.28), (0.06, 0.1), (0.13, 0.08), (0.19, 0.2), (0.15, 0.5), (0.03, 0.9), (0.1, 0.86), (0.22, 0.88)],
    [(0.37, 0.2), (0.28, 0.32), (0.25, 0.6), (0.32, 0.86), (0.42, 0.8), (0.47, 0.5), (0.43, 0.25), (0.36, 0.19)],
    [(0.61, 0.1), (0.56, 0.4), (0.5, 0.66)],
    [(0.5, 0.66), (0.72, 0.63)],
    [(0.65, 0.33), (0.64, 0.6), (0.63, 0.92)],
    [(0.76, 0.14), (0.97, 0.1)],
    [(0.97, 0.1), (0.9, 0.5), (0.84, 0.92)],
]


def draw(page: Any) -> None:
    """Write 2047 on the paper."""
    paper = page.locator(".st-key-paper canvas").last
    paper.wait_for()
    page.wait_for_timeout(1500)  # the canvas takes its first drawing a moment after it shows
    box = paper.bounding_box()
    for stroke in STROKES:
        places: Points = smooth(np.array(stroke), steps=6)
        points = places * (box["width"] * 0.92, box["height"] * 0.86) + (box["x"] + 22, box["y"] + 22)
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def settle(page: Any, seconds: float = 1.5) -> None:
    """Wait until the page has run to its end, and charts have been drawn."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.mouse.move(2, 2)
    page.wait_for_timeout(1000 * seconds)


def save(page: Any, name: str) -> None:
    """Save what is in sight."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path}: {path.stat().st_size:,} bytes")


def take(page: Any, address: str) -> None:
    """Go through the pages and save a picture of each."""
    page.goto(address)
    draw(page)
    page.locator(".st-key-text-number code").get_by_text("2047").first.wait_for(state="attached")
    settle(page)
    save(page, "draw")
    page.get_by_role("link", name="Photos").click()
    page.get_by_role("radio", name="In shadow").click()
    page.locator(".st-key-photos code").first.wait_for(state="attached")
    settle(page)
    save(page, "photos")
    page.goto(f"{address}/inside")
    page.get_by_text("From the picture to its digits").wait_for()
    settle(page, 3)
    page.get_by_text("From the picture to its digits").evaluate("each => each.scrollIntoView()")
    settle(page)
    save(page, "inside")
    page.goto(f"{address}/train")
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Epoch 2 of 2").wait_for(timeout=120_000)
    settle(page, 0.5)
    save(page, "train")


def main() -> None:
    """Make all of them."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as work:
        for name in store.SHIPPED_MODELS:
            shutil.copytree(store.model_dir(name), Path(work) / "models" / name)
        os.environ.update(DIGITNET_MODELS=f"{work}/models", DIGITNET_DATA=f"{work}/data", TMPDIR=work)
        with sync_playwright() as playwright, running_server() as (address, _, _):
            browser = playwright.chromium.launch(executable_path=find_chromium(), chromium_sandbox=False)
            page = browser.new_page(viewport=SIZE, color_scheme="light")
            take(page, address)
            browser.close()


if __name__ == "__main__":
    main()
