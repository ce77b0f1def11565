"""Read labeled pictures from arrays: idx files, the format of MNIST, and .npz files."""

from __future__ import annotations

import io
import math
import tokenize
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from digitnet.collection.exchange.exporting import is_exported, parse_arrays
from digitnet.collection.exchange.image_folders import SkippedFile
from digitnet.collection.exchange.single_digit import find_single_digit
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError, DigitnetError
from digitnet.labels import LABELS
from digitnet.preprocessing.images import rgb_to_gray
from digitnet.preprocessing.tight_crops import is_digit_dark_on_light
from digitnet.zip_files import read_zip

IDX_IMAGES_SIGNATURE, IDX_LABELS_SIGNATURE = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"  # The first bytes of idx files.
GZIP_SIGNATURE = b"\x1f\x8b"
MAX_DIGITS = 99_999
MAX_UNPACKED_BYTES = 512 * 2**20
_MAX_ARRAYS = 100
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


def decompress_gzip(content: bytes) -> bytes:
    """Decompress a gzip file; return any other content unchanged.

    Raises:
        CollectionError: the file is damaged, or too large unpacked.
    """
    if not content.startswith(GZIP_SIGNATURE):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise CollectionError("The gzip file is damaged; download it again.") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise CollectionError(f"Expected a whole gzip file of at most {MAX_UNPACKED_BYTES // 2**20} MB unpacked.")
    return plain


def read_idx(images: bytes, labels: bytes, name: str) -> Iterator[Sample | SkippedFile]:
    """Yield the digits of a pair of idx files.

    Raises:
        CollectionError: the files are damaged or do not belong together.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    return read_arrays(_parse_idx(images, 3), _parse_idx(labels, 1), name)


def read_npz(content: bytes, name: str) -> Iterator[Sample | SkippedFile]:
    """Yield the digits of an .npz file: of an export, or of any arrays of pictures and labels.

    Raises:
        CollectionError: the file is damaged, holds Python objects, or no pictures with labels.
    """
    files = read_zip(content, MAX_UNPACKED_BYTES, _MAX_ARRAYS, CollectionError)
    arrays = {path.removesuffix(".npy").lower(): _parse_npy(path, file) for path, file in files.items()}
    if is_exported(arrays):
        yield from parse_arrays(arrays)
        return
    pairs = [
        (images, name) for images, names in _ARRAY_NAMES.items() for name in names if {images, name} <= set(arrays)
    ]
    if not pairs:
        received = ", ".join(sorted(arrays))[:80] or "none"
        raise CollectionError(f"Expected arrays of pictures and labels, such as x and y. Received: {received}.")
    for images, labels in pairs:
        yield from read_arrays(arrays[images], arrays[labels], f"{name}/{images}")


def read_arrays(images: NDArray[Any], labels: NDArray[Any], name: str) -> Iterator[Sample | SkippedFile]:
    """Yield the digit of each picture, or the reason why it was skipped.

    Args:
        images: numbers (n, h, w), (n, h, w, 1), (n, h, w, 3), (n, 1, h, w) or (n, side * side).
        labels: numbers (n,) or (n, 1), or one column for each label.
        name: name of the file, for messages.

    Raises:
        CollectionError: shapes or types do not fit, or there are too many pictures.
    """
    pictures, numbers = _to_pictures(images), _to_labels(labels)
    if len(pictures) != len(numbers):
        raise CollectionError(f"Expected as many labels as pictures, {len(pictures):,}. Received: {len(numbers):,}.")
    if len(pictures) > MAX_DIGITS:
        raise CollectionError(f"Expected at most {MAX_DIGITS:,} pictures. Received: {len(pictures):,}.")
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
    head = 4 + 4 * dimensions
    shape = [int.from_bytes(content[place : place + 4], "big") for place in range(4, head, 4)]
    if len(content) < head or len(content) != head + math.prod(shape):
        raise CollectionError(f"The idx file is damaged: it should hold {' x '.join(map(str, shape))} bytes.")
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _parse_npy(path: str, content: bytes) -> NDArray[Any]:
    """Return the array of an .npy file without unpickling it or trusting the size it claims."""
    file = io.BytesIO(content)
    try:
        version = npy.read_magic(file)
        read_head = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read_head(file)
        if dtype.hasobject:
            raise CollectionError(f"Expected arrays of numbers. Received: Python objects in {path[:40]!r}.")
        if len(content) - file.tell() != math.prod(shape) * dtype.itemsize or not dtype.itemsize:
            raise CollectionError(f"The array {path[:40]!r} is damaged.")
        flat = np.frombuffer(content, dtype, offset=file.tell())
        return flat.reshape(shape, order="F" if fortran else "C")
    except _HEADER_ERRORS as error:
        raise CollectionError(f"Expected only arrays in the .npz. Received: {path[:40]!r}.") from error


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
