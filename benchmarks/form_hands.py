"""Write digits on forms in the hands of several people: MNIST's test digits, and writers who were never trained on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.page_ink import Layer, redraw_digit
from benchmarks.strokes import draw_digit
from digitnet.datasets.mnist import Digits
from digitnet.handwriting.folder import load_glyphs
from digitnet.handwriting.sets import PEN, SWISS
from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

Hand = Callable[[str, float, float, np.random.Generator], Layer]
"""Write a digit of about this height with a pen of this width, in pixels: its ink, float32 (h, w), 0 to 1."""


def make_mnist_hand(digits: Digits) -> Hand:
    """Return a hand that writes MNIST's digits, each of another writer."""

    def write(digit: str, height: float, pen: float, rng: np.random.Generator) -> Layer:
        index = rng.choice(np.flatnonzero(digits.labels == int(digit)))
        return redraw_digit(digits.images[index], _vary(height, rng), pen)

    return write


def load_hands(folder: Path) -> list[Hand]:
    """Return a hand for each writer of scans and of pen strokes in a folder of handwriting who was held out."""
    glyphs = load_glyphs(folder)[SWISS]
    scans: dict[str, dict[str, list[Gray]]] = defaultdict(lambda: defaultdict(list))
    for ink, label, writer in zip(*glyphs, strict=True):
        if writer in SWISS.held_out:
            scans[writer][label].append(ink)
    strokes: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for item in json.loads((folder / PEN.file).read_text(encoding="utf-8")):
        if str(item["writer"]) in PEN.held_out:
            strokes[str(item["writer"])][str(item["label"])].append(item["strokes"])
    return [*map(_make_scan_hand, scans.values()), *map(_make_pen_hand, strokes.values())]


def _make_scan_hand(inks: Mapping[str, list[Gray]]) -> Hand:
    def write(digit: str, height: float, _: float, rng: np.random.Generator) -> Layer:
        return _resize(inks[digit][int(rng.integers(len(inks[digit])))], _vary(height, rng))

    return write


def _make_pen_hand(strokes: Mapping[str, list[Any]]) -> Hand:
    def write(digit: str, height: float, pen: float, rng: np.random.Generator) -> Layer:
        chosen = strokes[digit][int(rng.integers(len(strokes[digit])))]
        drawn = draw_digit(chosen, max(1, round(pen * 180 / height)))
        return _resize(trim(np.ascontiguousarray(drawn.picture[..., 3])), _vary(height, rng))

    return write


def _vary(height: float, rng: np.random.Generator) -> float:
    return height * rng.uniform(0.9, 1.1)


def _resize(ink: Gray, height: float) -> Layer:
    factor = height / max(ink.shape)
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(ink, None, fx=factor, fy=factor, interpolation=interpolation).astype(np.float32) / 255
