"""Score the reading of numbers in frames: in hand-drawn circles, ellipses and boxes.

Usage: python benchmarks/frames.py [--pictures N] [--first SEED] [--errors DIR]

Kinds of pictures, each with digits of MNIST's training set, redrawn with one pen:
- framed: one to four digits in a frame, in half of the pictures beside another number
- lone 1: a straight 1 in a frame, in half of the pictures beside another number
- marked: a number of which the zeros have a slash or a dot, and any counter may hold a speck; there is no frame

The score is the share of pictures that are read exactly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.cases import Case
from benchmarks.error_sheets import save_error_sheet
from benchmarks.page_ink import Layer, Picture, load_training_digits, redraw_digit
from digitnet.augmentation.stroke_rendering import smooth
from digitnet.models.classifier import Classifier
from digitnet.reading.pipeline import read
from digitnet.scoring.comparison import remove_spaces

_HEIGHT = 80  # A digit's height in pixels.
Random = np.random.Generator


def draw_number(text: str, pen: float, rng: Random) -> Layer:
    """Draw a number with gaps between its digits, (h, w) in 0..1."""
    training = load_training_digits()
    digits = []
    for character in text:
        index = rng.choice(np.flatnonzero(training.labels == int(character)))
        digits.append(redraw_digit(training.images[index], _HEIGHT * rng.uniform(0.9, 1.1), pen))
    return _set_beside(digits, -0.35 * _HEIGHT, rng)


def draw_one(pen: float, rng: Random) -> Layer:
    """Draw a 1 that is one straight stroke, (h, w) in 0..1."""
    lean = rng.uniform(-0.1, 0.3) * _HEIGHT
    points = np.array([(100 + lean, 20), (100, 20 + _HEIGHT)])
    return _draw_line(points, (_HEIGHT + 40, 220), pen)


def add_frame(number: Layer, pen: float, rng: Random) -> Layer:
    """Draw a frame around a number: an ellipse, a box or something between."""
    ink = np.pad(number, 2 * _HEIGHT)
    y, x = np.nonzero(ink > 0.5)
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    half = (high - low) / 2
    squareness = float(rng.choice([2.0, 2.6, 6.0, 20.0]))
    # The frame passes the corners of the number with a gap; a circle takes the longer half both ways.
    reach = (half + rng.uniform(0.12, 0.4) * _HEIGHT) * 2 ** (1 / squareness)
    if rng.random() < 0.4:
        reach[:] = np.maximum(reach, reach.max() * rng.uniform(0.8, 1.0))
    angles = np.linspace(0, 2 * np.pi * rng.uniform(1.01, 1.06), 60) + rng.uniform(0, 6)
    rounded = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    rounded = np.sign(rounded) * np.abs(rounded) ** (2 / squareness)
    wobble = 1 + 0.03 * np.sin(2 * angles + rng.uniform(0, 6)) + 0.02 * np.sin(3 * angles + rng.uniform(0, 6))
    points = (low + high) / 2 + rounded * reach * wobble[:, None]
    margin = np.maximum(0, np.ceil(np.concatenate([pen - points.min(0), points.max(0) + pen - ink.shape[::-1]])))
    left, top, right, bottom = margin.astype(int)
    ink = np.pad(ink, ((top, bottom), (left, right)))
    frame = _draw_line(smooth(points + np.array([left, top]), 4), ink.shape, pen * rng.uniform(0.7, 1.6))
    return _trim(np.maximum(ink, frame))


def make_framed(rng: Random, draw: Callable[[str, float, Random], Layer]) -> tuple[Picture, str]:
    """Make a picture of a number in a frame, in half of the pictures beside another number; return it and its text."""
    pen = _HEIGHT * rng.uniform(0.05, 0.13)
    text = "".join(map(str, rng.integers(0, 10, rng.integers(1, 5))))
    parts, texts = [add_frame(draw(text, pen, rng), pen, rng)], [text]
    if rng.random() < 0.5:
        texts.append("".join(map(str, rng.integers(0, 10, rng.integers(2, 5)))))
        parts.append(draw_number(texts[1], pen, rng))
        if rng.random() < 0.5:
            parts.reverse()
            texts.reverse()
    return _to_picture(_set_beside(parts, -0.7 * _HEIGHT, rng)), "".join(texts)


def make_lone_one(rng: Random) -> tuple[Picture, str]:
    """Make a picture of a straight 1 in a frame; return it and its text."""
    pen = _HEIGHT * rng.uniform(0.05, 0.13)
    parts, texts = [add_frame(draw_one(pen, rng), pen, rng)], ["1"]
    if rng.random() < 0.5:
        texts.append("".join(map(str, rng.integers(0, 10, rng.integers(2, 5)))))
        parts.append(draw_number(texts[1], pen, rng))
    return _to_picture(_set_beside(parts, -0.7 * _HEIGHT, rng)), "".join(texts)


def make_marked(rng: Random) -> tuple[Picture, str]:
    """Make a picture of a number whose zeros are marked and whose counters hold specks; return it and its text."""
    pen = _HEIGHT * rng.uniform(0.05, 0.13)
    text = "".join(rng.choice(list("00006894"), rng.integers(1, 5)))
    digits = []
    for character in text:
        digit = _trim(draw_number(character, pen, rng))
        hole = _find_largest_hole(digit)
        if hole is not None:
            digit = np.maximum(digit, _mark_hole(hole, character == "0", pen, rng))
        digits.append(digit)
    return _to_picture(_set_beside(digits, -0.35 * _HEIGHT, rng)), text


def _find_largest_hole(digit: Layer) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]] | None:
    """Find the largest hole of a digit: its mask and its box, x, y, width and height; None if it has none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (np.pad(digit, 1) < 0.3).astype(np.uint8), connectivity=4
    )
    if count < 3:
        return None
    largest = max(range(1, count), key=lambda label: stats[label, 4] if label != labels[0, 0] else 0)
    x, y, width, height = stats[largest, :4]
    return (labels[1:-1, 1:-1] == largest).astype(np.uint8), (int(x) - 1, int(y) - 1, int(width), int(height))


def _mark_hole(
    hole: tuple[NDArray[np.uint8], tuple[int, int, int, int]], is_zero: bool, pen: float, rng: Random
) -> Layer:
    """Draw a slash, a dot or a speck into a hole, not touching its rim; return its ink."""
    mask, (x, y, width, height) = hole
    center = np.array([x + width / 2, y + height / 2])
    if is_zero and rng.random() < 0.6:
        half = np.array([width / 2, height / 2]) * rng.uniform(0.5, 1.0) * (1, -1)
        points = np.array([center - half, center + half])
    else:
        points = np.array([center, center + rng.normal(0, 0.3 * pen, 2)])
    mark = _draw_line(points, mask.shape, pen * rng.uniform(0.8, 1.1))
    span = max(1, round(1.2 * pen))
    inside = cv2.erode(mask, np.ones((span, span), np.uint8))
    mark[inside == 0] = 0
    return mark


def _draw_line(points: NDArray[np.float64], shape: tuple[int, ...], pen: float) -> Layer:
    """Draw a line through points (n, 2), (h, w) in 0..1."""
    ink = np.zeros(shape, np.uint8)
    path = np.round(points * 16).astype(np.int32)
    cv2.polylines(ink, [path], False, 255, max(1, round(pen)), cv2.LINE_AA, shift=4)
    return ink.astype(np.float32) / np.float32(255)


def _trim(ink: Layer) -> Layer:
    """Cut away the empty rim of a layer."""
    x, y, width, height = cv2.boundingRect((ink > 0).astype(np.uint8))
    return ink[y : y + height, x : x + width]


def _set_beside(parts: list[Layer], overlap: float, rng: Random) -> Layer:
    """Set layers beside each other in a row with gaps of about `-overlap` pixels."""
    parts = [_trim(part) for part in parts]
    gaps = [max(6, round(-overlap * rng.uniform(0.5, 1.5))) for _ in parts]
    height = max(part.shape[0] for part in parts) + 8
    columns = []
    for part, gap in zip(parts, gaps, strict=True):
        above = min(max((height - part.shape[0]) // 2 + int(rng.integers(-4, 5)), 0), height - part.shape[0])
        columns.append(np.pad(part, ((above, height - part.shape[0] - above), (0, gap))))
    return np.concatenate(columns, axis=1)


def _to_picture(ink: Layer) -> Picture:
    """Return ink as black on white with a margin, uint8 (h, w)."""
    return np.pad(np.round(255 - 255 * ink).astype(np.uint8), 60, constant_values=255)


KINDS: dict[str, Callable[[Random], tuple[Picture, str]]] = {
    "framed": lambda rng: make_framed(rng, draw_number),
    "lone 1": make_lone_one,
    "marked": make_marked,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=400, help="pictures of each kind (default 400)")
    parser.add_argument("--first", type=int, default=0, help="the first picture's seed (default 0)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    parser.add_argument("--errors", type=Path, metavar="DIR", help="save each misread picture here")
    args = parser.parse_args()
    classifier = Classifier.load(args.model)
    for place, (kind, make) in enumerate(KINDS.items()):
        exact = 0
        for seed in range(args.first, args.first + args.pictures):
            image, text = make(np.random.default_rng([seed, place]))
            reading = read(image, classifier)
            found = "".join(remove_spaces(reading.rows))
            exact += found == text
            if args.errors and found != text:
                save_error_sheet(args.errors, Case(f"{kind.replace(' ', '_')}_{seed}", image, [text]), reading)
        print(f"{kind:<8} {exact:>5} of {args.pictures} exact ({exact / args.pictures:.1%})", flush=True)


if __name__ == "__main__":
    main()
