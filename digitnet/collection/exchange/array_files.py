"""Labelled pictures in arrays: idx files, as MNIST comes in, and .npz."""

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

IMAGES, IDX_LABELS = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"  # start idx files
GZIP = b"\x1f\x8b"
MOST_DIGITS = 99_999
MOST_UNPACKED = 512 * 2**20  # bytes
_MOST_ARRAYS = 100
_LONGEST = 1024  # pixels of a picture's side
_PAIRS = {  # names of arrays of pictures, and those of their labels
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
_WRONG_HEADS = (ValueError, TypeError, SyntaxError, OverflowError, MemoryError, RecursionError, tokenize.TokenError)
_SEEN = 100  # pictures that are asked for their ground


def decompress(content: bytes) -> bytes:
    """Return the content of a gzip file, or any other as it is.

    Raises:
        CollectionError: it is damaged, or too large unpacked.
    """
    if not content.startswith(GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MOST_UNPACKED)
    except zlib.error as error:
        raise CollectionError("The gzip file is damaged; get it once more.") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise CollectionError(f"Expected a whole gzip file of at most {MOST_UNPACKED // 2**20} MB unpacked.")
    return plain


def read_idx(images: bytes, labels: bytes, name: str) -> Iterator[Sample | SkippedFile]:
    """Give the digits of a pair of idx files.

    Raises:
        CollectionError: they are damaged or do not belong together.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
    """
    return read_arrays(_idx(images, 3), _idx(labels, 1), name)


def read_npz(content: bytes, name: str) -> Iterator[Sample | SkippedFile]:
    """Give the digits of an .npz, one that was exported here or any with pictures and labels.

    Raises:
        CollectionError: it is damaged, holds Python objects, or no pictures with labels.
    """
    files = read_zip(content, MOST_UNPACKED, _MOST_ARRAYS, CollectionError)
    arrays = {path.removesuffix(".npy").lower(): _npy(path, file) for path, file in files.items()}
    if is_exported(arrays):
        yield from parse_arrays(arrays)
        return
    pairs = [(images, each) for images, labels in _PAIRS.items() for each in labels if {images, each} <= set(arrays)]
    if not pairs:
        received = ", ".join(sorted(arrays))[:80] or "none"
        raise CollectionError(f"Expected arrays of pictures and labels, such as x and y. Received: {received}.")
    for images, labels in pairs:
        yield from read_arrays(arrays[images], arrays[labels], f"{name}/{images}")


def read_arrays(images: NDArray[Any], labels: NDArray[Any], name: str) -> Iterator[Sample | SkippedFile]:
    """Give the digits of pictures, (n, h, w) or the like, and labels (n,).

    Raises:
        CollectionError: their shapes or types are others, or there are too many.
    """
    pictures, numbers = _pictures(images), _numbers(labels)
    if len(pictures) != len(numbers):
        raise CollectionError(f"Expected as many labels as pictures, {len(pictures):,}. Received: {len(numbers):,}.")
    if len(pictures) > MOST_DIGITS:
        raise CollectionError(f"Expected at most {MOST_DIGITS:,} pictures. Received: {len(pictures):,}.")
    low, high = _range(pictures)
    seen = [_gray(picture, low, high) for picture in pictures[:: max(1, len(pictures) // _SEEN)]]
    dark = 2 * sum(map(is_digit_dark_on_light, seen)) > len(seen)
    for number, (picture, label) in enumerate(zip(pictures, numbers, strict=True), 1):
        place = f"{name}/{number}"
        try:
            yield _sample(_gray(picture, low, high), int(label), dark, place)
        except DigitnetError as error:
            yield SkippedFile(place, str(error))


def _sample(gray: NDArray[np.uint8], label: int, dark: bool, place: str) -> Sample:
    if label not in LABELS:
        raise CollectionError(f"Expected a label from 0 to {LABELS[-1]}. Received: {label}.")
    single = find_single_digit(np.repeat(gray[..., None], 3, axis=2), dark)
    return Sample(single.picture, single.crop, label, source="import", file=place)


def _idx(content: bytes, dimensions: int) -> NDArray[np.uint8]:
    head = 4 + 4 * dimensions
    shape = [int.from_bytes(content[place : place + 4], "big") for place in range(4, head, 4)]
    if len(content) < head or len(content) != head + math.prod(shape):
        raise CollectionError(f"The idx file is damaged: it should hold {' x '.join(map(str, shape))} bytes.")
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _npy(path: str, content: bytes) -> NDArray[Any]:
    """Return the array of an .npy file; nothing in it is run, nothing that it claims is believed."""
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
    except _WRONG_HEADS as error:
        raise CollectionError(f"Expected arrays alone in the .npz. Received: {path[:40]!r}.") from error


def _pictures(images: NDArray[Any]) -> NDArray[Any]:
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
    if not 4 <= min(images.shape[1:3]) <= max(images.shape[1:3]) <= _LONGEST:
        height, width = images.shape[1:3]
        raise CollectionError(f"Expected pictures of 4 to {_LONGEST} pixels a side. Received: {height} x {width}.")
    return images


def _numbers(labels: NDArray[Any]) -> NDArray[np.int64]:
    """Return labels as (n,), -1 for what is no whole number; one column for each label is understood too."""
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


def _range(pictures: NDArray[Any]) -> tuple[float, float]:
    """Return the values that stand for black and white."""
    if not pictures.size:
        return 0.0, 255.0
    low, high = float(pictures.min()), float(pictures.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise CollectionError("Expected pictures of finite numbers. Received: others.")
    return (0.0, 255.0) if low >= 0 and 128 <= high <= 255 else (min(0.0, low), max(high, low + 1e-9, 1e-9))


def _gray(picture: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    if picture.dtype != np.uint8 or (low, high) != (0.0, 255.0):
        picture = np.round((picture.astype(np.float64) - low) * (255 / (high - low))).clip(0, 255).astype(np.uint8)
    plain = np.ascontiguousarray(picture)
    return plain if plain.ndim == 2 else rgb_to_gray(plain)
