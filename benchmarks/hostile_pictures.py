"""Measure what the dearest pictures cost to read: much ink, many shapes, many pixels.

Usage: python benchmarks/hostile_pictures.py [PART ...]

Printed are the seconds of processor of reading each picture as the page Photos does, by how much its process grew, and
what came of it. No picture may take over 5 s or 1 GB.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import hostile_targets
from benchmarks.costs import PAGES, print_page
from benchmarks.page_ink import Picture
from digitnet.collection.photo_reading import warm_up
from digitnet.datasets.mnist import load_mnist
from digitnet.errors import DigitnetError
from digitnet.preprocessing.images import MAX_BYTES, to_png
from digitnet.workers.pool import WorkerPool

Gray = NDArray[np.uint8]
_WIDTH, _HEIGHT = 4000, 3000  # 12 megapixels.
_LIMIT = 120.0  # Seconds; dearer pictures are not waited for.


def _fill(width: int = _WIDTH, height: int = _HEIGHT, level: int = 245) -> Gray:
    return np.full((height, width), level, np.uint8)


def _blur_noise(sigma: float, threshold: bool) -> Gray:
    noise = np.random.default_rng(0).normal(0, 1, (_HEIGHT, _WIDTH)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), sigma)
    smooth /= smooth.std()
    ink = (smooth > 0.5).astype(np.float32) if threshold else np.clip(smooth / 4 + 0.5, 0, 1)
    return (245 - 205 * ink).astype(np.uint8)


def _scribble(width: int, height: int, count: int, length: int = 60, pen: int = 5) -> Gray:
    rng, page = np.random.default_rng(0), _fill(width, height)
    for _ in range(count):
        path = rng.integers(0, (width, height)) + np.cumsum(rng.normal(0, 25, (length, 2)), axis=0)
        cv2.polylines(page, [path.astype(np.int32)], False, 40, pen, cv2.LINE_AA)
    return page


def _lay_digits(columns: int, rows: int, width: int, height: int, overlap: float) -> Gray:
    digits, rng = load_mnist()[1], np.random.default_rng(0)
    step_x, step_y = width / columns, height / rows
    size = (round(step_x * (1 + overlap)), round(step_y * 0.95))
    page = np.zeros((height + size[1], width + size[0]), np.uint8)
    for row in range(rows):
        for column in range(columns):
            picture = digits.images[rng.integers(len(digits.images))]
            ys, xs = np.nonzero(picture > 60)
            tight = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
            top, left = round(row * step_y), round(column * step_x)
            part = page[top : top + size[1], left : left + size[0]]
            np.maximum(part, cv2.resize(tight, size, interpolation=cv2.INTER_CUBIC), out=part)
    return (245 - page[:height, :width] * (205 / 255)).astype(np.uint8)


def _dot(step: int, radius: int, jitter: int = 0) -> Gray:
    rng, page = np.random.default_rng(0), _fill()
    for y in range(step, _HEIGHT - step, step):
        for x in range(step, _WIDTH - step, step):
            dx, dy = rng.integers(-jitter, jitter + 1, 2).tolist()
            cv2.circle(page, (x + dx, y + dy), radius, 40, cv2.FILLED, cv2.LINE_AA)
    return page


def _halftone() -> Gray:
    ys, xs = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
    wave = np.sin(xs * 2 * np.pi / 12) * np.sin(ys * 2 * np.pi / 12)
    tone = 0.5 + 0.5 * np.sin(xs / 700) * np.cos(ys / 500)
    return np.where(wave > 1 - 2 * tone, 40, 245).astype(np.uint8)


def _check(size: int) -> Gray:
    ys, xs = np.mgrid[0:_HEIGHT, 0:_WIDTH]
    return np.where((xs // size + ys // size) % 2, 40, 245).astype(np.uint8)


def _noise(width: int, height: int) -> Gray:
    return np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)


def _tile(picture: Picture, times: int) -> Picture:
    return np.tile(picture, (times, times, 1))


PICTURES: dict[str, Callable[[], Gray | Picture]] = {
    "ink of blurred noise, 12 Mpx": lambda: _blur_noise(6, threshold=True),
    "ink of blurred noise, coarse": lambda: _blur_noise(16, threshold=True),
    "ink of blurred noise, fine": lambda: _blur_noise(3, threshold=True),
    "blurred noise, 12 Mpx": lambda: _blur_noise(6, threshold=False),
    "scribbles, 64 Mpx": lambda: _scribble(8000, 8000, 1500),
    "text, 64 Mpx": lambda: _tile(print_page(2000, 2000, 34), 4),
    "small text, 64 Mpx": lambda: _tile(print_page(2000, 2000, 26), 4),
    "noise, 64 Mpx": lambda: _noise(8000, 8000),
    "white, 64 Mpx": lambda: _fill(8000, 8000),
    "touching digits, 200 x 60": lambda: _lay_digits(200, 60, _WIDTH, _HEIGHT, 0.3),
    "touching digits, 100 x 40": lambda: _lay_digits(100, 40, _WIDTH, _HEIGHT, 0.2),
    "one row of 300 touching digits": lambda: _lay_digits(300, 1, 9000, 60, 0.3),
    "2,000 digits": lambda: _lay_digits(50, 40, _WIDTH, _HEIGHT, -0.4),
    "1,400 digits, 64 Mpx": lambda: _lay_digits(38, 38, 8000, 8000, -0.4),
    "halftone, 12 Mpx": _halftone,
    "A4 of text, 20 px": lambda: print_page(2480, 3508, 20),
    "A4 of text, 26 px": lambda: print_page(2480, 3508, 26),
    "A4 of text, 40 px": lambda: print_page(2480, 3508, 40),
    "A4 of text, 60 px": lambda: print_page(2480, 3508, 60),
    "10,000 dots in a grid": lambda: _dot(34, 7),
    "10,000 dots at random": lambda: _dot(34, 7, jitter=10),
    "3,000 scribbles, 12 Mpx": lambda: _scribble(_WIDTH, _HEIGHT, 3000, length=12),
    "1,000 scribbles, 12 Mpx": lambda: _scribble(_WIDTH, _HEIGHT, 1000, length=40),
    "checkerboard of 4 px": lambda: _check(4),
    "checkerboard of 24 px": lambda: _check(24),
    **PAGES,
}


def encode(picture: Gray | Picture) -> bytes:
    """Return a PNG file of a picture, or a JPEG file if that would be too large to be read."""
    content = to_png(picture)
    return (
        content
        if len(content) <= MAX_BYTES
        else bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])[1])
    )


def measure(name: str) -> None:
    """Print what a picture costs."""
    content = encode(PICTURES[name]())
    pool = WorkerPool(1, memory_bytes=2**33, processor_seconds=_LIMIT, seconds=10 * _LIMIT)
    try:
        pool.run(warm_up, "cnn")
        start = time.perf_counter()
        cost = pool.run(hostile_targets.throw, "picture", name, content)
        wall = time.perf_counter() - start
        mark = "DEAR" if cost.seconds > 5 or cost.megabytes > 1000 else ""
        costs = f"{cost.seconds:>6.2f} s {cost.megabytes:>6.0f} MB {wall:>6.1f} s wall"
        print(f"{name:<32} {costs} {mark:<4} {cost.outcome[:60]}")
    except DigitnetError as error:
        print(f"{name:<32} {error}")
    finally:
        pool.close()
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help="part of a name; all pictures by default")
    wanted = parser.parse_args().parts
    for name in PICTURES:
        if not wanted or any(part in name for part in wanted):
            measure(name)


if __name__ == "__main__":
    main()
