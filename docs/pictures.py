"""Make the README's pictures in a real Chromium: python docs/pictures.py."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.app_server import running_server
from benchmarks.form_sheets import SIZE, choose_values, design_form, fill_form, scan_askew
from digitnet.augmentation.stroke_rendering import Points, smooth
from digitnet.datasets.mnist import load_mnist
from digitnet.models import store
from digitnet.preprocessing.images import to_png
from tests.browser.chromium import find_chromium

FOLDER = ROOT / "docs"
VIEWPORT = {"width": 1220, "height": 800}
# The strokes of 2047 in a unit square, y down.
STROKES: list[list[tuple[float, float]]] = [
    [(0.02, 0.28), (0.06, 0.1), (0.13, 0.08), (0.19, 0.2), (0.15, 0.5), (0.03, 0.9), (0.1, 0.86), (0.22, 0.88)],
    [(0.37, 0.2), (0.28, 0.32), (0.25, 0.6), (0.32, 0.86), (0.42, 0.8), (0.47, 0.5), (0.43, 0.25), (0.36, 0.19)],
    [(0.61, 0.1), (0.56, 0.4), (0.5, 0.66)],
    [(0.5, 0.66), (0.72, 0.63)],
    [(0.65, 0.33), (0.64, 0.6), (0.63, 0.92)],
    [(0.76, 0.14), (0.97, 0.1)],
    [(0.97, 0.1), (0.9, 0.5), (0.84, 0.92)],
]


def draw_number(page: Any) -> None:
    """Draw 2047 on the paper."""
    paper = page.locator(".st-key-paper canvas").last
    paper.wait_for()
    page.wait_for_timeout(1500)  # The canvas accepts drawings a moment after it appears.
    box = paper.bounding_box()
    for stroke in STROKES:
        smoothed: Points = smooth(np.array(stroke), steps=6)
        points = smoothed * (box["width"] * 0.92, box["height"] * 0.86) + (box["x"] + 22, box["y"] + 22)
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def wait_until_idle(page: Any, seconds: float = 1.5) -> None:
    """Wait until the page's script has finished, and then for its charts."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.mouse.move(2, 2)
    page.wait_for_timeout(1000 * seconds)


def save_screenshot(page: Any, name: str, colors: int = 0) -> None:
    """Save the visible part of the page, with so many colors alone if it shows paper, whose grain takes much room."""
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    if colors:
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(colors, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size:,} bytes")


def take_pictures(page: Any, address: str) -> None:
    """Visit the pages and save a picture of each."""
    page.goto(address)
    draw_number(page)
    page.locator(".st-key-text-number code").get_by_text("2047").first.wait_for(state="attached")
    wait_until_idle(page)
    save_screenshot(page, "draw")
    page.get_by_role("link", name="Photos").click()
    page.get_by_role("radio", name="In shadow").click()
    page.locator(".st-key-photos code").first.wait_for(state="attached")
    wait_until_idle(page)
    save_screenshot(page, "photos")
    page.goto(f"{address}/inside")
    page.get_by_text("From the picture to its digits").wait_for()
    wait_until_idle(page, 3)
    page.get_by_text("From the picture to its digits").evaluate("element => element.scrollIntoView()")
    wait_until_idle(page)
    save_screenshot(page, "inside")
    page.goto(f"{address}/train")
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("Epoch 3 of 3").wait_for(timeout=120_000)
    wait_until_idle(page, 0.5)
    save_screenshot(page, "train")


def write_sheets(folder: Path) -> list[Path]:
    """Write the files of an empty sheet of a form and of three filled ones."""
    design, digits, files = design_form(3), load_mnist()[1], [folder / "empty.png"]
    files[0].write_bytes(to_png(np.clip(design.paper, 0, 255).astype(np.uint8)))
    for number in range(3):
        rng = np.random.default_rng(number)
        sheet = scan_askew(fill_form(design, choose_values(design, rng), digits, rng), rng)
        files.append(folder / f"scan{number + 1}.png")
        files[-1].write_bytes(to_png(sheet))
    return files


def take_form_pictures(page: Any, address: str, folder: Path) -> None:
    """Draw the boxes of a form, read sheets of it, and save a picture of both."""
    empty, *scans = write_sheets(folder)
    page.goto(f"{address}/forms")
    page.locator("input[type=file]").first.set_input_files(empty)
    canvas = page.locator(".st-key-form-sheet canvas").last
    canvas.wait_for()
    wait_until_idle(page)
    for field in design_form(3).fields[:4]:
        canvas.scroll_into_view_if_needed()
        area = canvas.bounding_box()
        left, top, right, bottom = (side * area["width"] / SIZE[1] for side in field.box)
        page.mouse.move(area["x"] + left, area["y"] + top)
        page.mouse.down()
        page.mouse.move(area["x"] + right, area["y"] + bottom, steps=6)
        page.mouse.up()
        page.get_by_role("button", name="Make the template").wait_for()
        wait_until_idle(page)
    save_screenshot(page, "forms", colors=64)
    page.get_by_role("button", name="Make the template").click()
    page.get_by_text("4 fields (Field 1").wait_for()
    page.locator(".st-key-form-sheets input[type=file]").first.set_input_files(scans)
    page.get_by_test_id("stDataFrame").last.wait_for(timeout=120_000)
    page.get_by_text("Reading ").wait_for(state="hidden", timeout=120_000)
    wait_until_idle(page, 3)
    page.get_by_test_id("stDataFrame").last.scroll_into_view_if_needed()
    wait_until_idle(page)
    save_screenshot(page, "forms-read", colors=64)


def main() -> None:
    """Make all pictures, with copies of the shipped models."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as work:
        for name in store.SHIPPED_MODELS:
            shutil.copytree(store.model_dir(name), Path(work) / "models" / name)
        os.environ.update(DIGITNET_MODELS=f"{work}/models", DIGITNET_DATA=f"{work}/data", TMPDIR=work)
        with sync_playwright() as playwright, running_server() as (address, _, _):
            browser = playwright.chromium.launch(executable_path=find_chromium(playwright), chromium_sandbox=False)
            page = browser.new_page(viewport=VIEWPORT, color_scheme="light")
            take_pictures(page, address)
            take_form_pictures(page, address, Path(work))
            browser.close()


if __name__ == "__main__":
    main()
