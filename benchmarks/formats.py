"""Read MNIST in the formats of other collections: python benchmarks/formats.py [--count N] [--model NAME].

USPS keeps 16 x 16 gray pixels that a digit fills, its proportions kept; Semeion 16 x 16 black or white ones, the digit
stretched to fill them; optdigits 8 x 8 of 17 levels, made by counting black pixels. None of these is at hand, so
the digits are MNIST's, brought into each format: the table says what the format costs, not what other hands do.

`normalised` is what the network misreads of the digits as `normalize` makes them, its ten digits alone; `refused`, how
many it takes for no digit; `read`, how many `digitnet.read` does not read right as a picture that the digit fills.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.labels import NOT_A_DIGIT

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import digitnet
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.labels import CLASSES
from digitnet.models import active
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.normalization import fit_to_box, normalize, trim

Ink = NDArray[np.uint8]
_STICK = 0.45  # width to height, under which a digit is not stretched


def usps(ink: Ink) -> Ink:
    return filling(fit_to_box(ink, 16), 16)


def semeion(ink: Ink) -> Ink:
    height, width = ink.shape
    wide = height if width > _STICK * height else width
    few = fit_to_box(cv2.resize(ink, (wide, height), interpolation=cv2.INTER_CUBIC), 16)
    return filling(np.where(few > 100, 255, 0).astype(np.uint8), 16)


def optdigits(ink: Ink) -> Ink:
    few = filling(fit_to_box(ink, 32), 32)
    black = np.where(few > 127, 1, 0)
    counted = black.reshape(8, 4, 8, 4).sum(axis=(1, 3))
    return (counted * 255 // 16).astype(np.uint8)


def filling(ink: Ink, side: int) -> Ink:
    """Return ink in the middle of a square of so many pixels."""
    picture = np.zeros((side, side), np.uint8)
    top, left = ((side - size) // 2 for size in ink.shape)
    picture[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return picture


FORMATS: dict[str, Callable[[Ink], Ink]] = {
    "MNIST, cut out": lambda ink: ink,
    "USPS": usps,
    "Semeion": semeion,
    "optdigits": optdigits,
}


def score(digits: Digits, brought: Callable[[Ink], Ink], classifier: Classifier) -> tuple[float, float, float]:
    """Return the shares, 0 to 1, that are misread once normalised, that are refused, and that are not read right."""
    pictures = [brought(trim(image)) for image in digits.images]
    answers = classifier.predict_probabilities(normalize(pictures))
    wrong = answers[:, :CLASSES].argmax(axis=1) != digits.labels
    texts = [digitnet.read(picture, classifier).text for picture in pictures]
    unread = [text != str(label) for text, label in zip(texts, digits.labels.tolist(), strict=True)]
    return float(wrong.mean()), float((answers.argmax(axis=1) == NOT_A_DIGIT).mean()), float(np.mean(unread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="test digits, the first ones (default 2000)")
    parser.add_argument("--model", help="name of the model (default: the active one)")
    args = parser.parse_args()
    classifier = Classifier.load(args.model or active.get_active_model())
    digits = load_mnist()[1].select(slice(args.count))
    print(f"{'format':<16} {'normalised':>10} {'refused':>8} {'read':>8}")
    for name, brought in FORMATS.items():
        wrong, refused, unread = score(digits, brought, classifier)
        print(f"{name:<16} {wrong:>10.2%} {refused:>8.2%} {unread:>8.2%}", flush=True)


if __name__ == "__main__":
    main()
