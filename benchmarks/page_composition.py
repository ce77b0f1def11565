"""Compose pages of handwriting from a kind of page and a seed."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path

import cv2
import numpy as np

from benchmarks.page_ink import Page, choose_rows, load_training_digits, write_rows
from benchmarks.page_kinds import KINDS, SAMPLE_PAGES, PageKind
from benchmarks.page_layouts import LAYOUTS
from benchmarks.page_noted_tables import NOTED_TABLES
from benchmarks.page_paper import apply_ink, make_paper
from benchmarks.page_photo import expose
from benchmarks.page_structures import STRUCTURES
from benchmarks.page_tables import TABLES
from digitnet.datasets.mnist import Digits, load_mnist

DRAWN = STRUCTURES | TABLES | NOTED_TABLES | LAYOUTS


def make_page(name: str, seed: int) -> Page:
    """Make the page of a kind, named as in `KINDS` or `DRAWN`, and of a seed."""
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    if name in DRAWN:
        return DRAWN[name](rng)
    kind = KINDS[name]
    return compose_page(choose_rows(kind.rows, kind.columns, rng), kind, load_training_digits(), rng)


def compose_page(rows: list[str], kind: PageKind, digits: Digits, rng: np.random.Generator) -> Page:
    """Return a photo of a page with these rows of digits.

    Args:
        digits: digits from which the strokes are taken.
    """
    page = make_paper(kind.size, str(rng.choice(kind.papers)), rng)
    for change in kind.under:
        page = change(page, rng)
    ink = write_rows(kind.size, rows, kind.share, kind.pen, digits, rng)
    page = apply_ink(page, ink, str(rng.choice(kind.colors)), rng.uniform(*kind.strength), rng)
    for change in kind.over:
        page = change(page, rng)
    image = expose(page, kind.blur, kind.noise, kind.quality, rng)
    return Page(image, rows, np.round(255 - 255 * ink).astype(np.uint8))


def save_samples(folder: Path) -> None:
    """Save the sample pictures of the Photos page and `labels.csv` with their digits."""
    digits = load_mnist()[1]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as lines:
        labels = csv.writer(lines, lineterminator="\n")
        labels.writerow(["file", "rows"])
        for name, (seed, rows, kind) in SAMPLE_PAGES.items():
            picture = compose_page(rows, kind, digits, np.random.default_rng(seed)).image
            cv2.imwrite(str(folder / f"{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
            labels.writerow([f"{name}.jpg", "|".join(rows)])
