"""Measure the promised speed: python benchmarks/speed.py [--runs N] [--strokes FILE] [--no-browser].

Reading times are medians in this process after a warm-up. Start-up and memory are those of fresh processes. The
browser's times are measured in a real Chromium against a server started for it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.app_server import running_server
from benchmarks.cases import draw_numbers, load_scored_strokes
from digitnet import read
from digitnet.datasets.mnist import load_mnist
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.status import RUNNING
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import to_jpeg
from digitnet.reading.pipeline import read_drawing

# Reads a picture and prints the memory of the process in kB: the peak, and the present one.
MEMORY_SCRIPT = """
import sys, digitnet
digitnet.read(sys.argv[1])
lines = open("/proc/self/status").read().splitlines()
print([int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "VmHWM"))])
"""


def write_page(width: int, height: int, rows: int, columns: int, size: int) -> NDArray[np.uint8]:
    """Return a gray page, uint8 (height, width), with MNIST's test digits, `size` pixels each."""
    digits = load_mnist()[1].images
    page = np.zeros((height, width), np.uint8)
    for place in range(rows * columns):
        x = (place % columns) * (width // columns) + (width // columns - size) // 2
        y = (place // columns) * (height // rows) + (height // rows - size) // 2
        large = cv2.resize(digits[place], (size, size), interpolation=cv2.INTER_CUBIC)
        page[y : y + size, x : x + size] = np.where(large > 100, 255, 0)
    light = np.linspace(0.75, 1.0, width)[None]
    noise = np.random.default_rng(0).normal(0, 2, page.shape)
    return np.clip((230 - page * (190 / 255)) * light + noise, 0, 255).astype(np.uint8)


def measure_median_ms(task: Callable[[], Any], runs: int) -> float:
    """Return the median time of a task in milliseconds, after one run to warm up."""
    task()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        task()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def report(name: str, value: str, target: str) -> None:
    """Print a line of the table."""
    print(f"{name:<52} {value:>12}   aim {target}", flush=True)


def measure_reading(runs: int, folder: Path) -> None:
    """Time reading a drawing and a large page, which is saved in `folder`."""
    classifier = Classifier.load()
    ink = 255 - write_page(560, 280, 1, 5, 100)
    drawing = np.dstack([np.zeros((280, 560, 3), np.uint8), np.where(ink > 100, 255, 0).astype(np.uint8)])
    assert len(read(drawing, classifier)) == 5
    report(
        "read a 560 x 280 drawing of five digits",
        f"{measure_median_ms(lambda: read(drawing, classifier), runs):.1f} ms",
        "10 ms",
    )
    page = np.repeat(write_page(4000, 3000, 10, 10, 140)[..., None], 3, axis=2)
    path = folder / "page.jpg"
    path.write_bytes(to_jpeg(page))
    count = len(read(path, classifier))
    few_runs = max(5, runs // 5)
    name = f"read a 12-megapixel JPEG page ({count} digits found)"
    report(name, f"{measure_median_ms(lambda: read(path, classifier), few_runs):.0f} ms", "600 ms")


def measure_strokes(path: Path, count: int = 100) -> None:
    """Time reading numbers of five touching digits with their strokes, from a strokes file as in accuracy.py."""
    classifier, times = Classifier.load(), []
    for case in draw_numbers(load_scored_strokes(path), "touching", count, length=5):
        picture, strokes = case.load_rgb(), case.strokes
        times.append(measure_median_ms(partial(read_drawing, picture, classifier, strokes), 5))
    name = f"read five touching digits by strokes ({np.percentile(times, 90):.1f} ms for one of ten)"
    report(name, f"{statistics.median(times):.1f} ms", "6 ms")


def measure_processes(runs: int, folder: Path) -> None:
    """Measure the import of digitnet, and the memory after reading a small and a large photo."""
    few_runs = max(5, runs // 5)
    bare = measure_median_ms(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), few_runs)
    full = measure_median_ms(
        lambda: subprocess.run([sys.executable, "-c", "import digitnet"], check=True, cwd=ROOT), few_runs
    )
    report("import digitnet (a process less a bare one)", f"{(full - bare) / 1000:.2f} s", "0.5 s")
    if not Path("/proc/self/status").exists():
        return
    for name, path in (
        ("a small photo", ROOT / "digitnet" / "resources" / "samples" / "even.jpg"),
        ("the 12-megapixel page", folder / "page.jpg"),
    ):
        command = [sys.executable, "-c", MEMORY_SCRIPT, str(path)]
        output = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
        peak, now = (int(figure) / 1024 for figure in output.strip("[]\n").split(","))
        report(f"memory after reading {name} (peak {peak:.0f} MB)", f"{now:.0f} MB", "300 MB")


def measure_during_training(runs: int, folder: Path) -> None:
    """Time reading in turns without and with a training process on the machine."""
    classifier = Classifier.load()
    drawing = write_page(560, 280, 1, 5, 100)
    os.environ["DIGITNET_MODELS"] = str(folder)
    without, beside = [], []
    for turn in range(3):
        without.append(measure_median_ms(lambda: read(drawing, classifier), runs))
        name = f"beside-{turn}"
        queue.start(TrainingConfig.from_recipe("digitnet", name=name))
        while Run(name).read_status().state != RUNNING:
            time.sleep(0.1)
        beside.append(measure_median_ms(lambda: read(drawing, classifier), runs))
        queue.discard(name)
    del os.environ["DIGITNET_MODELS"]
    usual, during = statistics.median(without), statistics.median(beside)
    report(f"the same beside a training (alone {usual:.1f} ms)", f"{during:.1f} ms", "no freeze")


def measure_in_browser(runs: int) -> None:
    """Time the start of the app, and the reading of strokes, in a browser."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import find_chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), chromium_sandbox=False)
        start_times, read_times = [], []
        for _ in range(max(3, runs // 10)):
            with running_server() as (address, started, _):
                page = browser.new_page()
                page.goto(address)
                page.locator(".st-key-paper canvas").last.wait_for()
                page.get_by_text("Draw a number. A neural network").wait_for()
                start_times.append(time.perf_counter() - started)
                page.wait_for_timeout(1000)
                read_times += time_strokes(page, 8)
                page.close()
        browser.close()
    report("server start to the first page usable", f"{statistics.median(start_times):.1f} s", "3 s")
    median, slow = (1000 * float(np.percentile(read_times, share)) for share in (50, 95))
    report("pen up to the number on the page", f"{median:.0f} ms (95th percentile: {slow:.0f} ms)", "150 ms")


def time_strokes(page: Any, strokes: int) -> list[float]:
    """Draw 1s; return the seconds from each lift of the pen to the number with one more digit."""
    box = page.locator(".st-key-paper canvas").last.bounding_box()
    page.evaluate(
        """() => new MutationObserver(() => {
            const text = (document.querySelector('.numbers')?.textContent ?? '').trim();
            if (text !== window.shown) { window.shown = text; window.shownAt = performance.now(); }
        }).observe(document.body, {childList: true, subtree: true, characterData: true})"""
    )
    page.evaluate("window.addEventListener('mouseup', () => { window.upAt = performance.now(); }, true)")
    times = []
    for count in range(1, strokes + 1):
        x = box["x"] + box["width"] * count / (strokes + 1)
        page.mouse.move(x, box["y"] + 0.2 * box["height"])
        page.mouse.down()
        page.mouse.move(x - 6, box["y"] + 0.75 * box["height"], steps=10)
        page.mouse.up()
        page.wait_for_function(f"(window.shown ?? '').length === {count}")
        times.append(page.evaluate("window.shownAt - window.upAt") / 1000)
        page.wait_for_timeout(300)
    return times[1:]  # The first one loads the model.


def main() -> None:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50, help="runs of the quick tasks (default 50)")
    parser.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes to draw and read")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser out")
    args = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {args.runs} runs, fewer of the slow ones"
    )
    with tempfile.TemporaryDirectory() as folder:
        measure_reading(args.runs, Path(folder))
        if args.strokes:
            measure_strokes(args.strokes)
        measure_during_training(args.runs, Path(folder) / "models")
        measure_processes(args.runs, Path(folder))
    if not args.no_browser:
        measure_in_browser(args.runs)


if __name__ == "__main__":
    main()
