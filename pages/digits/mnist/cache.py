"""MNIST as the pages hold it: loaded once for all tabs, and what takes long computed once."""

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
_AT_ONCE = 1000  # digits that a model reads between two steps of the progress bar
_PATIENCE = 0.1  # seconds before a progress bar is shown


class Numbered(NamedTuple):
    """A digit of MNIST: its picture uint8 (28, 28), its label, its part, and where it stands there, from 1."""

    picture: NDArray[np.uint8]
    label: int
    part: str
    place: int

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.part.lower()} digit {self.place:,}"


@st.cache_resource(show_spinner="Loading the training digits...")
def _training_digits() -> Digits:
    return load_mnist()[0]


def digits(part: str) -> Digits:
    """Return the training or the test digits; only what is asked for stays in memory."""
    return _training_digits() if part == TRAINING else model_report.load_test_digits()


def number(part: str, place: int) -> int:
    """Return the number of a digit among all 70,000, the training digits first."""
    return place if part == TRAINING else TRAINING_DIGITS + place


def numbered(number: int) -> Numbered:
    """Return the digit of a number."""
    part, place = (TRAINING, number) if number < TRAINING_DIGITS else (TEST, number - TRAINING_DIGITS)
    images, labels = digits(part)
    return Numbered(images[place], int(labels[place]), part, place + 1)


def tile(number: int, lines: list[str] | None = None, said: str = "", *, odd: bool = False) -> GalleryTile:
    """Return a digit as a tile of the gallery, with `lines` under it and what is `said` of it."""
    digit = numbered(number)
    lines = [f"{digit.place:,}"] if lines is None else lines
    details = "; ".join(filter(None, [f"A {digit.label}", said, digit.name]))
    return GalleryTile(number, to_png(digit.picture), digit.label, lines, details, small=True, odd=odd)


@st.cache_data(max_entries=2, show_spinner="Adding up the digits...")
def averaged(part: str) -> Averages:
    """Return the mean and variance of each digit."""
    return average_digits(digits(part))


@st.cache_data(max_entries=100, show_spinner=False)
def similar(picture: NDArray[np.uint8], count: int) -> Neighbors:
    """Return the training digits nearest to a picture, uint8 (28, 28)."""
    return find_nearest(digits(TRAINING).images, picture[None], count)


def votes(labels: NDArray[np.uint8]) -> str:
    """Return how many of some digits have which label: "9 are 4, 3 are 9", the most first."""
    counts = np.bincount(labels, minlength=10)
    most = [int(label) for label in np.argsort(-counts, kind="stable") if counts[label]]
    return ", ".join(f"{counts[label]} {'is' if counts[label] == 1 else 'are'} {label}" for label in most)


def evaluated(model: str, part: str, count: int) -> Evaluation:
    """Return how a model reads the first `count` digits of a part, behind a progress bar where that takes long."""
    sha256, begun, bar = read_card(model).sha256, time.monotonic(), st.empty()
    found = []
    for start in range(0, count, _AT_ONCE):
        if time.monotonic() - begun > _PATIENCE:
            bar.progress(start / count, f"{model} has read {start:,} of {count:,} digits...")
        found.append(_probabilities(model, sha256, part, start))
    bar.empty()
    return Evaluation(np.concatenate(found), digits(part).labels[:count])


@st.cache_data(max_entries=250, show_spinner=False)
def _probabilities(model: str, sha256: str, part: str, start: int) -> NDArray[np.float32]:
    return model_choice.load_classifier(model).predict_digit_probabilities(
        digits(part).images[start : start + _AT_ONCE]
    )
