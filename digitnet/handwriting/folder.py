"""Read the data sets in a folder of handwriting.

The files, their arrays and where they come from are listed in docs/handwriting.md. A file that is not there is left
out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError
from digitnet.handwriting import sets
from digitnet.handwriting.glyphs import DIGITS, Glyphs
from digitnet.handwriting.sets import HandwritingSet
from digitnet.handwriting.strokes import draw_ink
from digitnet.preprocessing.normalization import trim

_PENS = (0.04, 0.16)  # Least and largest width of the pen that strokes are drawn with, as a share of their longer side.
_PENS_PER_DIGIT = 2  # Each digit of strokes is drawn with this many pens.
_MIN_SHAPE_RATIO = 1.25  # Narrower shapes look like a 0 or a 1; their width as a share of their height.
_MIN_PIECE_RATIO = 1.2  # A piece of a word without a label is several letters if it is this many times as wide as tall.
_MIN_STROKES = 5  # Japanese characters of fewer strokes may look like a digit.
_SIGNS_PER_KIND = 100
# Letters and signs that many hands write like a digit: they are no examples of ink that is no digit.
LOOK_ALIKES = frozenset("oOlIizZsSbBgqQDßjJyYtTGr|/\\!()[]")
_SIGN_LABELS = {"addition_plus": "+", "division_obelus": "÷", "multiplication_cross": "×"}
_LOOK_ALIKE_KINDS = ("division_slash", "subtraction_minus", "multiplication_dot")


def load_glyphs(folder: Path, *, look_alikes: bool = False) -> dict[HandwritingSet, Glyphs]:
    """Load the glyphs of each data set in a folder.

    Args:
        folder: a folder of data sets.
        look_alikes: whether to keep letters that look like a digit; alone they are no examples of ink that is no digit.

    Raises:
        DatasetError: there is no such folder, it holds no known data set, or a file is damaged.
    """
    if not folder.is_dir():
        raise DatasetError(f"There is no folder of handwriting {str(folder)!r}.")
    found = {}
    for known, read in _READERS.items():
        path = folder / known.file
        if path.is_file():
            found[known] = _read(path, read, look_alikes)
    if not found:
        names = ", ".join(known.file for known in sets.SETS)
        raise DatasetError(f"The folder {str(folder)!r} holds no handwriting; known files are {names}.")
    return found


def _read(path: Path, read: Callable[[Any], Glyphs], look_alikes: bool) -> Glyphs:
    try:
        if path.suffix == ".json":
            return _drop_useless(read(json.loads(path.read_text(encoding="utf-8"))), look_alikes)
        with np.load(path) as arrays:
            return _drop_useless(read(arrays), look_alikes)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"The handwriting in {str(path)!r} cannot be read: {error}.") from error


def _read_swiss(arrays: Any) -> Glyphs:
    good = np.flatnonzero(~arrays["suspect"])
    return _to_glyphs(arrays["images"][good], arrays["labels"][good], arrays["writer"][good])


def _read_optdigits(arrays: Any) -> Glyphs:
    # All were stretched to a square, which makes another sign of a 1.
    kept = np.flatnonzero(arrays["labels"] != 1)
    return _to_glyphs(arrays["images"][kept], arrays["labels"][kept], np.full(len(kept), "unknown"))


def _read_german(arrays: Any) -> Glyphs:
    kept = np.flatnonzero(~arrays["confusable"])
    glyphs = _to_glyphs(arrays["images"][kept], arrays["label"][kept], arrays["writer"][kept])
    return glyphs.select(np.flatnonzero((glyphs.labels != "") | _is_wide(glyphs, _MIN_PIECE_RATIO)))


def _read_shapes(arrays: Any) -> Glyphs:
    # Each drawing is there three times: normal, wider and narrower.
    first = np.arange(0, len(arrays["images"]), 3)
    images = 255 - arrays["images"][first]
    glyphs = _to_glyphs(images, np.full(len(first), ""), arrays["writer"][first])
    return glyphs.select(np.flatnonzero(_is_wide(glyphs, _MIN_SHAPE_RATIO)))


def _read_signs(arrays: Any) -> Glyphs:
    kinds = arrays["kind"]
    kept = [
        np.flatnonzero(kinds == kind)[:: max(1, np.count_nonzero(kinds == kind) // _SIGNS_PER_KIND)]
        for kind in np.unique(kinds)
        if kind not in _LOOK_ALIKE_KINDS
    ]
    indices = np.concatenate([np.empty(0, np.intp), *kept])
    labels = np.array([_SIGN_LABELS.get(str(kind), "") for kind in kinds[indices]], np.str_)
    return _to_glyphs(arrays["images"][indices], labels, np.full(len(indices), "unknown"))


def _read_fonts(arrays: Any) -> Glyphs:
    kept = np.flatnonzero(arrays["digit"] | ~arrays["confusable"])
    return _to_glyphs(arrays["images"][kept], arrays["label"][kept], arrays["font"][kept])


def _read_strokes(records: Any) -> Glyphs:
    rng = np.random.default_rng(0)
    inks, labels, writers = [], [], []
    for record in records:
        label = str(record["label"])
        for _ in range(_PENS_PER_DIGIT if label in DIGITS else 1):
            inks.append(draw_ink(record["strokes"], rng.uniform(*_PENS)))
            labels.append(label)
            writers.append(str(record["writer"]))
    return Glyphs(inks, np.array(labels, np.str_), np.array(writers, np.str_))


def _read_kana(records: Any) -> Glyphs:
    return _read_strokes([record for record in records if len(record["strokes"]) >= _MIN_STROKES])


def _to_glyphs(images: NDArray[np.uint8], labels: NDArray[Any], writers: NDArray[Any]) -> Glyphs:
    return Glyphs([trim(image) for image in images], labels.astype(np.str_), writers.astype(np.str_))


def _is_wide(glyphs: Glyphs, ratio: float) -> NDArray[np.bool_]:
    """Tell which glyphs are at least `ratio` times as wide as tall, bool (n,)."""
    return np.array([ink.shape[1] >= ratio * ink.shape[0] for ink in glyphs.inks], np.bool_)


def _drop_useless(glyphs: Glyphs, look_alikes: bool) -> Glyphs:
    """Leave out glyphs without ink and, unless they are wanted, letters that look like a digit."""
    kept = [
        bool(ink.size) and (look_alikes or label not in LOOK_ALIKES)
        for ink, label in zip(glyphs.inks, glyphs.labels.tolist(), strict=True)
    ]
    return glyphs.select(np.flatnonzero(kept))


_READERS: dict[HandwritingSet, Callable[[Any], Glyphs]] = {
    sets.SWISS: _read_swiss,
    sets.PEN: _read_strokes,
    sets.UJI: _read_strokes,
    sets.OPTDIGITS: _read_optdigits,
    sets.GERMAN: _read_german,
    sets.SHAPES: _read_shapes,
    sets.SIGNS: _read_signs,
    sets.FONTS: _read_fonts,
    sets.KANA: _read_kana,
}
