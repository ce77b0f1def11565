"""Measure what is promised about speed: python benchmarks/speed.py [--runs N] [--no-browser].

Reading times are medians in this process after a warm-up; start-up and memory are those of fresh
processes; the browser's are measured in a real Chromium against a server started for it.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digitnet import read
from digitnet.datasets.mnist import load_mnist
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import RUNNING, Run
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.images import to_jpeg

MEMORY = """
import sys, digitnet
digitnet.read(sys.argv[1])
lines = open("/proc/self/status").read().splitlines()
print([int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "VmHWM"))])
"""


def written(width: int, height: int, rows: int, columns: int, size: int) -> NDArray[np.uint8]:
    """Return a gray page with rows x columns of MNIST's test digits, `size` pixels each."""
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


def median_ms(task: Callable[[], Any], runs: int) -> float:
    task()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        task()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def report(name: str, value: str, aim: str) -> None:
    print(f"{name:<52} {value:>12}   aim {aim}", flush=True)


def reading(runs: int, folder: Path) -> None:
    classifier = Classifier.load()
    ink = 255 - written(560, 280, 1, 5, 100)
    drawing = np.dstack([np.zeros((280, 560, 3), np.uint8), np.where(ink > 100, 255, 0).astype(np.uint8)])
    assert len(read(drawing, classifier)) == 5
    report(
        "read a 560 x 280 drawing of five digits",
        f"{median_ms(lambda: read(drawing, classifier), runs):.1f} ms",
        "10 ms",
    )
    page = np.repeat(written(4000, 3000, 10, 10, 140)[..., None], 3, axis=2)
    path = folder / "page.jpg"
    path.write_bytes(to_jpeg(page))
    count = len(read(path, classifier))
    few = max(5, runs // 5)
    name = f"read a 12-megapixel JPEG page ({count} digits found)"
    report(name, f"{median_ms(lambda: read(path, classifier), few):.0f} ms", "600 ms")


def processes(runs: int, folder: Path) -> None:
    few = max(5, runs // 5)
    bare = median_ms(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), few)
    full = median_ms(lambda: subprocess.run([sys.executable, "-c", "import digitnet"], check=True, cwd=ROOT), few)
    report("import digitnet (a process less a bare one)", f"{(full - bare) / 1000:.2f} s", "0.5 s")
    if not Path("/proc/self/status").exists():
        return
    for name, path in (
        ("a small photo", ROOT / "digitnet" / "resources" / "samples" / "even.jpg"),
        ("the 12-megapixel page", folder / "page.jpg"),
    ):
        command = [sys.executable, "-c", MEMORY, str(path)]
        output = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
        peak, now = (int(figure) / 1024 for figure in output.strip("[]\n").split(","))
        report(f"memory after reading {name} (peak {peak:.0f} MB)", f"{now:.0f} MB", "300 MB")


def beside_training(runs: int, folder: Path) -> None:
    """Time reading without and with a training process beside it, by turns."""
    classifier = Classifier.load()
    drawing = written(560, 280, 1, 5, 100)
    os.environ["DIGITNET_MODELS"] = str(folder)
    alone, beside = [], []
    for turn in range(3):
        alone.append(median_ms(lambda: read(drawing, classifier), runs))
        name = f"beside-{turn}"
        queue.start(TrainingConfig.from_recipe("digitnet", name=name))
        while Run(name).status().state != RUNNING:
            time.sleep(0.1)
        beside.append(median_ms(lambda: read(drawing, classifier), runs))
        queue.discard(name)
    del os.environ["DIGITNET_MODELS"]
    without, with_it = statistics.median(alone), statistics.median(beside)
    report(f"the same beside a training (alone {without:.1f} ms)", f"{with_it:.1f} ms", "no freeze")


@contextmanager
def server() -> Iterator[tuple[str, float, int]]:
    """Start the app as `make run` does; give its address, when it was started, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
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


def in_browser(runs: int) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import find_chromium

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), chromium_sandbox=False)
        usable, answers = [], []
        for _ in range(max(3, runs // 10)):
            with server() as (address, started, _):
                page = browser.new_page()
                page.goto(address)
                page.locator(".st-key-paper canvas").last.wait_for()
                page.get_by_text("Draw a number").wait_for()
                usable.append(time.perf_counter() - started)
                page.wait_for_timeout(1000)
                answers += pen_up_times(page, 8)
                page.close()
        browser.close()
    report("server start to the first page usable", f"{statistics.median(usable):.1f} s", "3 s")
    report("pen up to the number on the page", f"{statistics.median(answers) * 1000:.0f} ms", "250 ms")


def pen_up_times(page: Any, strokes: int) -> list[float]:
    """Draw upright strokes, 1s, and time each until the number on the page has one digit more."""
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
        page.mouse.move(x, box["y"] + 80)
        page.mouse.down()
        page.mouse.move(x - 6, box["y"] + 300, steps=10)
        page.mouse.up()
        page.wait_for_function(f"(window.shown ?? '').length === {count}")
        times.append(page.evaluate("window.shownAt - window.upAt") / 1000)
        page.wait_for_timeout(300)
    return times[1:]  # the first loads the model


def main() -> None:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50, help="runs of the quick ones (default 50)")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser out")
    args = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {args.runs} runs, fewer of the slow ones"
    )
    with tempfile.TemporaryDirectory() as folder:
        reading(args.runs, Path(folder))
        beside_training(args.runs, Path(folder) / "models")
        processes(args.runs, Path(folder))
    if not args.no_browser:
        in_browser(args.runs)


if __name__ == "__main__":
    main()
