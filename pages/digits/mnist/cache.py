"""Load MNIST once for all tabs, and cache slow computations on it."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.mnist import TRAINING_DIGITS, Digits, load_mnist
from digitnet.datasets.nearest_neighbors import Neighbors, find_nearest
from digitnet.datasets.statistics import Averages, average_digits
from digitnet.models.card import read_card
from digitnet.models.evaluation import Evaluation
from digitnet.preprocessing.images import to_png
from pages.components.digit_gallery import GalleryTile
from pages.shared import model_choice, model_report

TRAINING, TEST = "Training", "Test"
SIZES = {TRAINING: TRAINING_DIGITS, TEST: 10_000}
_BATCH_DIGITS = 1000  # A model reads this many digits between two steps of the progress bar.
_PROGRESS_DELAY = 0.1  # Seconds before a progress bar appears.


class MnistDigit(NamedTuple):
    """A digit of MNIST.

    Attributes:
        picture: uint8 (28, 28).
        label: 0 to 9.
        split: `TRAINING` or `TEST`.
        position: position in its split, counted from 0 as in the files.
    """

    picture: NDArray[np.uint8]
    label: int
    split: str
    position: int

    @property
    def name(self) -> str:
        """Its name for users, such as "test digit 12"."""
        return f"{self.split.lower()} digit {self.position:,}"


@st.cache_resource(show_spinner="Loading the training digits...")
def _load_training_digits() -> Digits:
    return load_mnist()[0]


def load_digits(split: str) -> Digits:
    """Return the digits of a split, which is loaded only on demand."""
    return _load_training_digits() if split == TRAINING else model_report.load_test_digits()


def to_number(split: str, index: int) -> int:
    """Return the number of a digit among all 70,000, of which the training digits come first."""
    return index if split == TRAINING else TRAINING_DIGITS + index


def get_digit(number: int) -> MnistDigit:
    """Return the digit with a number among all 70,000."""
    split, index = (TRAINING, number) if number < TRAINING_DIGITS else (TEST, number - TRAINING_DIGITS)
    images, labels = load_digits(split)
    return MnistDigit(images[index], int(labels[index]), split, index)


def make_tile(number: int, lines: list[str] | None = None, detail: str = "", *, suspect: bool = False) -> GalleryTile:
    """Make a tile of the gallery for a digit.

    Args:
        number: number of the digit among all 70,000.
        lines: lines of text under the digit, by default its position.
        detail: text for screen readers, between the label and the name.
        suspect: whether to mark the tile.
    """
    digit = get_digit(number)
    lines = [f"{digit.position:,}"] if lines is None else lines
    description = "; ".join(filter(None, [f"A {digit.label}", detail, digit.name]))
    return GalleryTile(number, to_png(digit.picture), digit.label, lines, description, small=True, suspect=suspect)


@st.cache_data(max_entries=2, show_spinner="Averaging the digits...")
def average_split(split: str) -> Averages:
    """Return the mean and the variance of each label's digits in a split."""
    return average_digits(load_digits(split))


@st.cache_data(max_entries=100, show_spinner=False)
def find_similar(picture: NDArray[np.uint8], count: int) -> Neighbors:
    """Find the training digits nearest to a picture, uint8 (28, 28)."""
    return find_nearest(load_digits(TRAINING).images, picture[None], count)


def describe_votes(labels: NDArray[np.uint8]) -> str:
    """Return the count of each label, the most frequent first: "9 are 4, 3 are 9"."""
    counts = np.bincount(labels, minlength=10)
    frequent = [int(label) for label in np.argsort(-counts, kind="stable") if counts[label]]
    return ", ".join(f"{counts[label]} {'is' if counts[label] == 1 else 'are'} {label}" for label in frequent)


def evaluate_split(model: str, split: str, count: int) -> Evaluation:
    """Evaluate a model on the first `count` digits of a split, with a progress bar."""
    sha256, start_time, bar = read_card(model).sha256, time.monotonic(), st.empty()
    batches = []
    for start in range(0, count, _BATCH_DIGITS):
        if time.monotonic() - start_time > _PROGRESS_DELAY:
            bar.progress(start / count, f"{model} has read {start:,} of {count:,} digits...")
        batches.append(_predict_batch(model, sha256, split, start))
    bar.empty()
    return Evaluation(np.concatenate(batches), load_digits(split).labels[:count])


@st.cache_data(max_entries=250, show_spinner=False)
def _predict_batch(model: str, sha256: str, split: str, start: int) -> NDArray[np.float32]:
    pictures = load_digits(split).images[start : start + _BATCH_DIGITS]
    return model_choice.load_classifier(model).predict_digit_probabilities(pictures)
