"""Convert data sets of scanned handwriting from their own files to arrays by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError
from digitnet.preprocessing.normalization import fit_to_box, trim
from digitnet.types import Gray

Arrays = dict[str, NDArray[Any]]

_SIDE, _INK_SIDE = 64, 56  # Pixels of a picture and of the longer side of its ink.
_BITMAP_SIDE = 32  # Pixels of a bitmap of optdigits.
_SHAPE_SIDE = 70  # Pixels of a drawing of shapes.
_SIGN_SIDE = 28
_MIN_CONTRAST = 30  # Gray levels between paper and ink.


def convert_swiss(source: Path) -> Arrays:
    """Convert the folders of "numbers": a folder for each writer, in it one for each digit, in it gray scans."""
    images, labels, writers = [], [], []
    for path in sorted(source.rglob("*.png")):
        digit, writer = path.parent.name, path.parent.parent.name
        if len(digit) == 1 and digit.isdigit():
            images.append(fit(find_scanned_ink(_read_gray(path)), _SIDE, _INK_SIDE))
            labels.append(int(digit))
            writers.append(writer)
    _require(images, source, "a folder for each writer, with a folder of .png files for each digit")
    suspect = [not image.any() for image in images]
    return {
        "images": np.stack(images),
        "labels": np.array(labels, np.uint8),
        "writer": np.array(writers),
        "suspect": np.array(suspect),
    }


def convert_optdigits(source: Path) -> Arrays:
    """Convert optdigits-orig.*: 32 lines of 32 zeros and ones, then a line with the label."""
    images, labels, parts = [], [], []
    for path in sorted(source.rglob("optdigits-orig.*")):
        for image, label in _parse_bitmaps(path.read_text(encoding="ascii", errors="replace")):
            images.append(image)
            labels.append(label)
            parts.append(path.suffix[1:])
    _require(images, source, "files like optdigits-orig.tra")
    return {"images": np.stack(images), "labels": np.array(labels, np.uint8), "part": np.array(parts)}


def convert_shapes(source: Path) -> Arrays:
    """Convert data/user.*/images/KIND/*.png of the shapes, dark on white; ellipses are left out, for they are zeros."""
    images, kinds, writers = [], [], []
    for path in sorted(source.rglob("user.*/images/*/*.png")):
        if path.parent.name != "ellipse":
            gray = _read_gray(path)
            images.append(cv2.resize(gray, (_SHAPE_SIDE, _SHAPE_SIDE), interpolation=cv2.INTER_AREA))
            kinds.append(path.parent.name)
            writers.append(path.parents[2].name)
    _require(images, source, "folders like user.abc/images/triangle with .png files")
    return {"images": np.stack(images), "kind": np.array(kinds), "writer": np.array(writers)}


def convert_signs(source: Path) -> Arrays:
    """Convert the unpacked MDAS symbols: a folder for each kind of sign, in it .png files, dark or bright ink."""
    images, kinds = [], []
    for path in sorted(source.rglob("*.png")):
        gray = _read_gray(path)
        ink = 255 - gray if np.median(gray) > 127 else gray
        images.append(cv2.resize(ink, (_SIGN_SIDE, _SIGN_SIDE), interpolation=cv2.INTER_AREA))
        kinds.append(path.parent.name)
    _require(images, source, "a folder of .png files for each sign")
    return {"images": np.stack(images), "kind": np.array(kinds)}


def find_scanned_ink(gray: Gray) -> Gray:
    """Find the ink of a scanned digit, uint8 (h, w), dark on paper; return it with its background off, trimmed."""
    paper = float(np.percentile(gray, 80))
    contrast = np.clip(paper - gray.astype(np.float32), 0, 255)
    strongest = float(np.percentile(contrast, 99.5))
    if strongest < _MIN_CONTRAST:
        return gray[:0, :0]
    ink = np.clip((contrast / strongest - 0.25) / 0.5, 0, 1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 0.3).astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    kept = np.flatnonzero(areas[1:] >= 0.05 * areas[1:].max()) + 1 if count > 1 else np.empty(0, np.intp)
    return trim(np.where(np.isin(labels, kept), np.round(255 * ink), 0).astype(np.uint8))


def fit(ink: Gray, side: int, ink_side: int) -> Gray:
    """Scale ink to a longer side of `ink_side` pixels, in the middle of a picture, uint8 (side, side)."""
    picture = np.zeros((side, side), np.uint8)
    if ink.size:
        scaled = fit_to_box(ink, ink_side)
        top, left = (side - scaled.shape[0]) // 2, (side - scaled.shape[1]) // 2
        picture[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return picture


def _parse_bitmaps(text: str) -> Iterator[tuple[Gray, int]]:
    rows: list[list[int]] = []
    for line in text.split():
        if len(line) == _BITMAP_SIDE and set(line) <= {"0", "1"}:
            rows.append([255 * int(character) for character in line])
        elif len(rows) == _BITMAP_SIDE and line.isdigit() and int(line) < 10:
            yield np.array(rows, np.uint8), int(line)
            rows = []
        else:
            rows = []


def _read_gray(path: Path) -> Gray:
    gray = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        raise DatasetError(f"The picture {str(path)!r} cannot be read.")
    return np.asarray(gray, np.uint8)


def _require(images: list[Gray], source: Path, expected: str) -> None:
    if not images:
        raise DatasetError(f"Expected {expected} in {str(source)!r}.")
