"""Make the sample pictures of the Photos page from MNIST's test digits: python benchmarks/samples.py.

Rows of digits on paper-like grounds, from a fixed seed: even light; a shadow across the page; squared
paper. `labels.csv` beside them says what is written.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digitnet.datasets import Digits, load_mnist

Paper = NDArray[np.float32]
FOLDER = Path(__file__).resolve().parent.parent / "digitnet" / "resources" / "samples"
WIDTH, HEIGHT = 1280, 880
SAMPLES = {"even": ["2047", "1385", "96"], "shadow": ["31415", "92653"], "squared": ["8128", "496", "28"]}


def paper(rng: np.random.Generator) -> Paper:
    """Return plain paper, float32 (H, W, 3) in 0..255, with a soft grain."""
    grain = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.5)
    blotches = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 40)
    shade = grain / grain.std() * 2.0 + blotches / blotches.std() * 2.0
    return np.array([236, 232, 222], np.float32) + shade[..., None]


def squares(page: Paper) -> Paper:
    """Return the page with a printed grid of pale blue lines."""
    drawn = page.copy()
    for x in range(25, WIDTH, 40):
        cv2.line(drawn, (x, 0), (x + 6, HEIGHT), (176, 190, 214), 2, cv2.LINE_AA)
    for y in range(25, HEIGHT, 40):
        cv2.line(drawn, (0, y), (WIDTH, y - 6), (176, 190, 214), 2, cv2.LINE_AA)
    return drawn


def shadow(page: Paper) -> Paper:
    """Return the page with a soft-edged shadow over one corner and darker rims."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    edge = 1 / (1 + np.exp(-(x + 0.8 * y - 1150) / 60))
    rim = 1 - 0.35 * (((x / WIDTH - 0.5) ** 2 + (y / HEIGHT - 0.5) ** 2) * 2) ** 1.5
    return page * ((1 - 0.45 * edge) * rim)[..., None]


def write(page: Paper, rows: list[str], digits: Digits, rng: np.random.Generator) -> Paper:
    """Return the page with rows of test digits in dark blue ink."""
    strength = np.zeros((HEIGHT, WIDTH), np.float32)
    height = HEIGHT // (len(rows) + 1)
    for number, row in enumerate(rows):
        left = 140 + int(rng.integers(0, 80))
        top = int((number + 0.5) * height) + int(rng.integers(0, 20))
        for character in row:
            picture = digits.images[rng.choice(np.flatnonzero(digits.labels == int(character)))]
            size = int(rng.integers(170, 200))
            large = cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
            large = np.clip((cv2.GaussianBlur(large, (0, 0), 2) - 0.35) / 0.3, 0, 1)
            y = top + int(rng.integers(-8, 9))
            strength[y : y + size, left : left + size] = np.maximum(strength[y : y + size, left : left + size], large)
            left += int(size * 0.95)
    ink = np.array([42, 48, 92], np.float32)
    return page + (ink - page) * strength[..., None] * 0.9


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    digits = load_mnist()[1]
    with (FOLDER / "labels.csv").open("w", encoding="utf-8", newline="") as lines:
        labels = csv.writer(lines, lineterminator="\n")
        labels.writerow(["file", "rows"])
        for seed, (name, rows) in enumerate(SAMPLES.items(), 7):
            rng = np.random.default_rng(seed)
            page = paper(rng)
            page = write(squares(page) if name == "squared" else page, rows, digits, rng)
            page = shadow(page) if name == "shadow" else page
            page = cv2.GaussianBlur(page, (0, 0), 0.8) + rng.normal(0, 2.0, page.shape)
            picture = np.clip(page, 0, 255).astype(np.uint8)
            cv2.imwrite(str(FOLDER / f"{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
            labels.writerow([f"{name}.jpg", "|".join(rows)])


if __name__ == "__main__":
    main()
