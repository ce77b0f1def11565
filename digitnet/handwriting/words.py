"""Read the scanned words in a folder of handwriting."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError
from digitnet.preprocessing.normalization import trim
from digitnet.types import Gray

WORDS_FILE = "german_words.npz"  # The words of `sets.GERMAN`, before they were cut into pieces.
_MIN_INK_LEVEL = 40  # Fainter pixels are paper.


class Words(NamedTuple):
    """Scanned words of other people.

    Attributes:
        inks: n arrays, uint8 (h, w), ink bright on 0, without empty margins.
        writers: str (n,).
    """

    inks: list[Gray]
    writers: NDArray[np.str_]


def load_words(folder: Path) -> Words:
    """Load the words of a folder of handwriting; none if it has no file of words.

    Raises:
        DatasetError: the file is damaged.
    """
    path = folder / WORDS_FILE
    if not path.is_file():
        return Words([], np.empty(0, np.str_))
    try:
        with np.load(path) as arrays:
            images, texts, writers = arrays["images"], arrays["text"].tolist(), arrays["writer"]
            kept = [index for index, text in enumerate(texts) if not any(letter.isdigit() for letter in text)]
            inks = [_extract_ink(images[index]) for index in kept]
            has_ink = [index for index, ink in enumerate(inks) if ink.size]
            return Words([inks[index] for index in has_ink], writers[kept][has_ink].astype(np.str_))
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"The words in {str(path)!r} cannot be read: {error}.") from error


def _extract_ink(image: Gray) -> Gray:
    """Return the ink of a word on its paper, uint8 (h, w), the core of its strokes about 255."""
    paper = cv2.GaussianBlur(cv2.morphologyEx(image, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), (0, 0), 4)
    contrast = cv2.subtract(paper, image)
    core = max(24.0, float(np.quantile(contrast, 0.98)))
    ink = cv2.convertScaleAbs(contrast, alpha=255 / core)
    ink[ink < _MIN_INK_LEVEL] = 0
    return trim(ink)
