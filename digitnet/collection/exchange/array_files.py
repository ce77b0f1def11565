"""Read labeled pictures from arrays: idx files, the format of MNIST, and .npz files."""

from __future__ import annotations

import gzip
import io
import math
import tokenize
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from digitnet.collection.exchange import row_export
from digitnet.collection.exchange.exporting import is_exported, parse_arrays
from digitnet.collection.exchange.image_folders import SkippedFile
from digitnet.collection.exchange.single_digit import find_single_digit
from digitnet.collection.samples import Sample
from digitnet.collection.strings import StringSample
from digitnet.errors import CollectionError, DigitnetError
from digitnet.labels import LABELS
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.tight_crops import is_digit_dark_on_light
from digitnet.zip_files import ZipFiles, read_pieces

IDX_IMAGES_SIGNATURE, IDX_LABELS_SIGNATURE = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"  # The first bytes of idx files.
GZIP_SIGNATURE = b"\x1f\x8b"
MAX_DIGITS = 99_999
MAX_UNPACKED_BYTES = 512 * 2**20  # All files of a zip file together.
MAX_FILE_BYTES = 128 * 2**20  # One file of a zip file, or unpacked from a gzip file; MNIST's largest has 45 MB.
_MAX_ARRAY_BYTES = 384 * 2**20  # MNIST's training digits as float64 have 359 MB.
_MAX_ARRAYS = 100
_BYTE_ARRAYS = {"crops", row_export.PICTURES_ARRAY}  # Arrays of an export that do not count digits or rows.
_MAX_HEAD_BYTES = 2**14  # NumPy reads no longer head of an array.
_MIN_SIDE, _MAX_SIDE = 4, 1024  # Pixels of a picture's side.
# Names of arrays of pictures, and of their labels.
_ARRAY_NAMES = {
    "pictures": ("labels",),
    "images": ("labels", "target"),
    "image": ("label",),
    "x": ("y", "labels"),
    "data": ("labels", "target"),
    "x_train": ("y_train",),
    "x_val": ("y_val",),
    "x_test": ("y_test",),
    "train_images": ("train_labels",),
    "test_images": ("test_labels",),
    "arr_0": ("arr_1",),
}
_HEADER_ERRORS = (ValueError, TypeError, SyntaxError, OverflowError, MemoryError, RecursionError, tokenize.TokenError)
_MAX_INSPECTED = 100  # About this many pictures decide whether the ink is dark.


class _ArrayFile(NamedTuple):
    """An .npy file in an .npz: its path, what its head says, and the number of bytes before the values."""

    path: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    start: int


def read_start(content: bytes, count: int) -> bytes:
    """Return the first `count` bytes of a file, unpacked if it is a gzip file.

    Raises:
        CollectionError: it is a damaged gzip file.
    """
    if not content.startswith(GZIP_SIGNATURE):
        return content[:count]
    start = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            start.writelines(read_pieces(file, count))
    except EOFError as error:
        raise CollectionError("Expected a whole gzip file. Received: a part of one; download it again.") from error
    except (OSError, zlib.error) as error:
        raise CollectionError("The gzip file is damaged; download it again.") from error
    return start.getvalue()


def read_idx(images: bytes, labels: bytes, name: str) -> Iterator[Sample | SkippedFile]:
    """Yield the digits of a pair of idx files, gzipped or not.

    Raises:
        CollectionError: the files are damaged or too large, or do not belong together.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    return read_arrays(_parse_idx(images, 3), _parse_idx(labels, 1), name)


def read_npz(content: bytes, name: str) -> Iterator[Sample | StringSample | SkippedFile]:
    """Yield the digits of an .npz file: of an export, with its rows, or of any arrays of pictures and labels.

    Raises:
        CollectionError: the file is damaged or too large, holds Python objects, or no pictures with labels.
    """
    files = ZipFiles(content, MAX_UNPACKED_BYTES, _MAX_ARRAYS, CollectionError)
    arrays = {path.removesuffix(".npy").lower(): _parse_head(files, path) for path in files}
    if is_exported(arrays):
        _check_counts(array for array_name, array in arrays.items() if array_name not in _BYTE_ARRAYS)
        loaded = {array_name: _load_array(files, array) for array_name, array in arrays.items()}
        yield from parse_arrays(loaded)
        yield from row_export.parse_arrays(loaded)
        return
    pairs = [(images, name) for images, names in _ARRAY_NAMES.items() for name in names if {images, name} <= {*arrays}]
    if not pairs:
        received = ", ".join(sorted(arrays))[:80] or "none"
        raise CollectionError(f"Expected arrays of pictures and labels, such as x and y. Received: {received}.")
    for images, labels in pairs:
        _check_counts([arrays[images], arrays[labels]])
        pictures, numbers = (_load_array(files, arrays[array_name]) for array_name in (images, labels))
        yield from read_arrays(pictures, numbers, f"{name}/{images}")


def read_arrays(images: NDArray[Any], labels: NDArray[Any], name: str) -> Iterator[Sample | SkippedFile]:
    """Yield the digit of each picture, or the reason why it was skipped.

    Args:
        images: numbers (n, h, w), (n, h, w, 1), (n, h, w, 3), (n, 1, h, w) or (n, side * side).
        labels: numbers (n,) or (n, 1), or one column for each label.
        name: name of the file, for messages.

    Raises:
        CollectionError: shapes or types do not fit.
    """
    pictures, numbers = _to_pictures(images), _to_labels(labels)
    if len(pictures) != len(numbers):
        raise CollectionError(f"Expected as many labels as pictures, {len(pictures):,}. Received: {len(numbers):,}.")
    low, high = _find_range(pictures)
    inspected = [_to_gray(picture, low, high) for picture in pictures[:: max(1, len(pictures) // _MAX_INSPECTED)]]
    dark = 2 * sum(map(is_digit_dark_on_light, inspected)) > len(inspected)
    for number, (picture, label) in enumerate(zip(pictures, numbers, strict=True), 1):
        place = f"{name}/{number}"
        try:
            yield _make_sample(_to_gray(picture, low, high), int(label), dark, place)
        except DigitnetError as error:
            yield SkippedFile(place, str(error))


def _make_sample(gray: NDArray[np.uint8], label: int, dark: bool, place: str) -> Sample:
    if label not in LABELS:
        raise CollectionError(f"Expected a label from 0 to {LABELS[-1]}. Received: {label}.")
    single = find_single_digit(np.repeat(gray[..., None], 3, axis=2), dark)
    return Sample(single.picture, single.crop, label, source="import", file=place)


def _parse_idx(content: bytes, dimensions: int) -> NDArray[np.uint8]:
    """Return the array of an idx file, of which no more is unpacked than its head says."""
    size = 4 + 4 * dimensions
    head = read_start(content, size)
    shape = [int.from_bytes(head[place : place + 4], "big") for place in range(4, size, 4)]
    sides, total = " x ".join(map(str, shape)), size + math.prod(shape)
    _check_count(shape[0])
    if total > MAX_FILE_BYTES:
        raise CollectionError(f"Expected an idx file of at most {MAX_FILE_BYTES // 2**20} MB. Received: {sides} bytes.")
    if len(head) < size or len(plain := read_start(content, total + 1)) != total:
        raise CollectionError(f"The idx file is damaged: it should hold {sides} bytes.")
    return np.frombuffer(plain, np.uint8, offset=size).reshape(shape)


def _parse_head(files: ZipFiles, path: str) -> _ArrayFile:
    """Return what the head of an .npy file says, if the file has the size for it; its values are not read."""
    file = io.BytesIO(files.read_start(path, _MAX_HEAD_BYTES))
    try:
        version = npy.read_magic(file)
        read_head = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, is_fortran, dtype = read_head(file)
        if dtype.hasobject:
            raise CollectionError(f"Expected arrays of numbers. Received: Python objects in {path[:40]!r}.")
        if files.sizes[path] - file.tell() != math.prod(shape) * dtype.itemsize or not dtype.itemsize:
            raise CollectionError(f"The array {path[:40]!r} is damaged.")
        return _ArrayFile(path, shape, dtype, is_fortran, file.tell())
    except _HEADER_ERRORS as error:
        raise CollectionError(f"Expected only arrays in the .npz. Received: {path[:40]!r}.") from error


def _load_array(files: ZipFiles, array: _ArrayFile) -> NDArray[Any]:
    flat = np.frombuffer(files.read(array.path, _MAX_ARRAY_BYTES), array.dtype, offset=array.start)
    try:
        return flat.reshape(array.shape, order="F" if array.is_fortran else "C")
    except _HEADER_ERRORS as error:
        raise CollectionError(f"The array {array.path[:40]!r} is damaged.") from error


def _check_counts(arrays: Iterable[_ArrayFile]) -> None:
    for array in arrays:
        _check_count(array.shape[0] if array.shape else 1)


def _check_count(count: int) -> None:
    if count > MAX_DIGITS:
        raise CollectionError(f"Expected at most {MAX_DIGITS:,} pictures. Received: {count:,}.")


def _to_pictures(images: NDArray[Any]) -> NDArray[Any]:
    """Return pictures as (n, h, w) or (n, h, w, 3)."""
    if images.ndim == 2 and math.isqrt(images.shape[1]) ** 2 == images.shape[1] > 0:
        images = images.reshape(len(images), math.isqrt(images.shape[1]), -1)
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    colored = images.ndim == 4 and images.shape[3] == 3
    if not (images.ndim == 3 or colored) or images.dtype.kind not in "buif":
        raise CollectionError(f"Expected pictures as numbers (n, h, w). Received: {images.dtype} {images.shape}.")
    if not _MIN_SIDE <= min(images.shape[1:3]) <= max(images.shape[1:3]) <= _MAX_SIDE:
        height, width = images.shape[1:3]
        raise CollectionError(
            f"Expected pictures of {_MIN_SIDE} to {_MAX_SIDE} pixels a side. Received: {height} x {width}."
        )
    return images


def _to_labels(labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return labels, also given as one column each, as int64 (n,), -1 if not whole."""
    if labels.ndim == 2 and labels.shape[1] in (len(LABELS) - 1, len(LABELS)) and labels.dtype.kind in "buif":
        return labels.argmax(axis=1)
    flat = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if flat.ndim != 1 or flat.dtype.kind not in "uifUS":
        raise CollectionError(f"Expected labels as numbers (n,). Received: {labels.dtype} {labels.shape}.")
    try:
        numbers = flat.astype(np.float64)
    except ValueError as error:
        raise CollectionError("Expected labels as numbers. Received: other text.") from error
    whole = np.isfinite(numbers) & (numbers == np.round(numbers)) & (np.abs(numbers) < 1000)
    return np.where(whole, numbers, -1).astype(np.int64)


def _find_range(pictures: NDArray[Any]) -> tuple[float, float]:
    """Return the values of black and white."""
    if not pictures.size:
        return 0.0, 255.0
    low, high = float(pictures.min()), float(pictures.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise CollectionError("Expected pictures of finite numbers. Received: others.")
    return (0.0, 255.0) if low >= 0 and 128 <= high <= 255 else (min(0.0, low), max(high, low + 1e-9, 1e-9))


def _to_gray(picture: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    if picture.dtype != np.uint8 or (low, high) != (0.0, 255.0):
        picture = np.round((picture.astype(np.float64) - low) * (255 / (high - low))).clip(0, 255).astype(np.uint8)
    plain = np.ascontiguousarray(picture)
    return plain if plain.ndim == 2 else rgb_to_gray(plain)
