"""Read MNIST in the formats of other collections.

Usage: python benchmarks/formats.py [--count N] [--model NAME]

USPS has 16 x 16 gray pixels that a digit fills, its proportions kept; Semeion 16 x 16 black or white ones, the digit
stretched to fill them; optdigits 8 x 8 of 17 levels, made by counting black pixels. None of these is included, so
MNIST's digits are converted to each format: the table shows the cost of the format, not of other handwriting.

`normalized` is the share that the network misreads after `normalize`, by its ten digit outputs alone; `refused`, the
share that it takes for a non-digit; `read`, the share that `digitnet.read` misreads as pictures filled by the digit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import digitnet
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.labels import CLASSES, NOT_A_DIGIT
from digitnet.models import active
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import fit_to_box, normalize, trim

Ink = NDArray[np.uint8]
_MIN_STRETCHED_RATIO = 0.45  # A narrower digit, by width divided by height, is a stick and is not stretched.


def to_usps(ink: Ink) -> Ink:
    """Convert ink to 16 x 16 gray pixels, its proportions kept."""
    return center_in_square(fit_to_box(ink, 16), 16)


def to_semeion(ink: Ink) -> Ink:
    """Convert ink to 16 x 16 black or white pixels, stretched to fill them."""
    height, width = ink.shape
    new_width = height if width > _MIN_STRETCHED_RATIO * height else width
    small = fit_to_box(cv2.resize(ink, (new_width, height), interpolation=cv2.INTER_CUBIC), 16)
    return center_in_square(np.where(small > 100, 255, 0).astype(np.uint8), 16)


def to_optdigits(ink: Ink) -> Ink:
    """Convert ink to 8 x 8 counts of black pixels, 0 to 16 each, as gray levels."""
    black = np.where(center_in_square(fit_to_box(ink, 32), 32) > 127, 1, 0)
    counts = black.reshape(8, 4, 8, 4).sum(axis=(1, 3))
    return (counts * 255 // 16).astype(np.uint8)


def center_in_square(ink: Ink, side: int) -> Ink:
    """Return ink in the middle of a square of `side` pixels."""
    picture = np.zeros((side, side), np.uint8)
    top, left = ((side - size) // 2 for size in ink.shape)
    picture[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return picture


FORMATS: dict[str, Callable[[Ink], Ink]] = {
    "MNIST, cut out": lambda ink: ink,
    "USPS": to_usps,
    "Semeion": to_semeion,
    "optdigits": to_optdigits,
}


def score_format(digits: Digits, convert: Callable[[Ink], Ink], classifier: Classifier) -> tuple[float, float, float]:
    """Return three shares, 0 to 1: misread after `normalize`, refused, and misread as a picture."""
    pictures = [convert(trim(image)) for image in digits.images]
    probabilities = classifier.predict_probabilities(normalize(pictures))
    wrong = probabilities[:, :CLASSES].argmax(axis=1) != digits.labels
    texts = [digitnet.read(picture, classifier).text for picture in pictures]
    unread = [text != str(label) for text, label in zip(texts, digits.labels.tolist(), strict=True)]
    return float(wrong.mean()), float((probabilities.argmax(axis=1) == NOT_A_DIGIT).mean()), float(np.mean(unread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="test digits, the first ones (default 2000)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    args = parser.parse_args()
    classifier = Classifier.load(args.model or active.get_active_model())
    digits = load_mnist()[1].select(slice(args.count))
    print(f"{'format':<16} {'normalized':>10} {'refused':>8} {'read':>8}")
    for name, convert in FORMATS.items():
        wrong, refused, unread = score_format(digits, convert, classifier)
        print(f"{name:<16} {wrong:>10.2%} {refused:>8.2%} {unread:>8.2%}", flush=True)


if __name__ == "__main__":
    main()
