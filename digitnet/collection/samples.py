"""Describe and validate a labeled user digit: corrected, confirmed or imported."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import CollectionError
from digitnet.labels import LABELS, NOT_A_DIGIT
from digitnet.preprocessing.normalization import PICTURE_SIZE

SOURCES = ("canvas", "photo", "import")
HELD_OUT_SHARE = 0.2
HELD_OUT_DIGEST_LIMIT = f"{round(HELD_OUT_SHARE * 16**8):08x}"  # Digits whose digest sorts before it are held out.
MAX_CROP_BYTES = 2**20
_ROUNDING_ERROR = 1e-6  # A confidence may exceed its range by this.
MAX_MODEL_LENGTH, MAX_FILE_LENGTH, MAX_WRITER_LENGTH = 64, 255, 80  # Characters.
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"  # The first bytes of every PNG file.


@dataclass(frozen=True, eq=False)
class Sample:
    """One labeled digit.

    Attributes:
        picture: uint8 (28, 28), normalized by `preprocessing.normalization`, ink 255.
        crop: the digit as on its picture, a PNG file; may be empty.
        label: 0 to 9, or NOT_A_DIGIT.
        read: the label that a model read, NOT_A_DIGIT if it refused the digit, None if no model read it.
        confidence: probability of `read`, 0 to 1.
        model: name of the model.
        source: one of `SOURCES`.
        file: name of the picture's file.
        writer: name of the writer, "" if unknown.
    """

    picture: NDArray[np.uint8] = field(repr=False)
    crop: bytes = field(repr=False)
    label: int
    read: int | None = None
    confidence: float | None = None
    model: str = ""
    source: str = "canvas"
    file: str = ""
    writer: str = ""

    def to_values(self) -> dict[str, Any]:
        """Return the fields as columns: plain types, clean text, the picture as 784 bytes.

        Raises:
            CollectionError: a field is invalid.
        """
        return {
            "digest": compute_digest(self.picture),
            "picture": self.picture.tobytes(),
            "crop": _check_crop(self.crop),
            "label": check_label(self.label),
            "read": None if self.read is None else check_label(self.read),
            "confidence": None if self.confidence is None else check_confidence(self.confidence),
            "model": clean_text(self.model, MAX_MODEL_LENGTH),
            "source": check_source(self.source),
            "file": clean_text(self.file, MAX_FILE_LENGTH),
            "writer": clean_text(self.writer, MAX_WRITER_LENGTH),
        }


@dataclass(frozen=True, eq=False)
class StoredDigit(Sample):
    """A sample stored in a collection.

    Attributes:
        id: its number in the collection; 0 for a digit from an export.
        digest: SHA-256 of the picture's 784 bytes, in hexadecimal digits.
        added: time of its first addition, in UTC.
        deleted: whether it is deleted; it can be restored.
        account: whose it is, "" for the owner's and for a digit from an export.
    """

    id: int = field(kw_only=True)
    digest: str = field(kw_only=True)
    added: datetime = field(kw_only=True)
    deleted: bool = field(kw_only=True)
    account: str = field(kw_only=True, default="")

    @property
    def held_out(self) -> bool:
        """Whether it is kept from training for evaluation; its digest alone decides."""
        return self.digest < HELD_OUT_DIGEST_LIMIT


def compute_digest(picture: NDArray[np.uint8]) -> str:
    """Compute the SHA-256 of a picture's bytes in hexadecimal digits.

    Raises:
        CollectionError: the picture is not uint8 (28, 28).
    """
    if (
        not isinstance(picture, np.ndarray)
        or picture.shape != (PICTURE_SIZE, PICTURE_SIZE)
        or picture.dtype != np.uint8
    ):
        received = f"{getattr(picture, 'dtype', type(picture).__name__)} {getattr(picture, 'shape', '')}"
        raise CollectionError(f"Expected a picture of uint8 (28, 28). Received: {received}.")
    return hashlib.sha256(picture.tobytes()).hexdigest()


def check_label(label: Any) -> int:
    """Return a label as an int.

    Raises:
        CollectionError: it is neither 0 to 9 nor NOT_A_DIGIT.
    """
    if isinstance(label, (bool, np.bool_)) or not isinstance(label, (int, np.integer)) or int(label) not in LABELS:
        raise CollectionError(
            f"Expected a label from 0 to 9, or {NOT_A_DIGIT} for no digit. Received: {str(label)[:20]}."
        )
    return int(label)


def clean_text(text: str, max_length: int) -> str:
    """Return at most `max_length` characters of `text` on one line, without unprintable ones."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    printable = "".join(" " if unicodedata.category(character) == "Cc" else character for character in valid)
    return unicodedata.normalize("NFC", " ".join(printable.split()))[:max_length].rstrip()


def _check_crop(content: bytes) -> bytes:
    if content and not content.startswith(PNG_SIGNATURE):
        raise CollectionError("Expected the digit's crop as a PNG. Received: other bytes.")
    if len(content) > MAX_CROP_BYTES:
        raise CollectionError(
            f"Expected a crop of at most {MAX_CROP_BYTES // 2**20} MB. Received: {len(content) / 2**20:.1f} MB."
        )
    return bytes(content)


def check_confidence(value: float) -> float:
    """Return a confidence from 0 to 1.

    Raises:
        CollectionError: it is outside of this range.
    """
    if not math.isfinite(value) or not -_ROUNDING_ERROR <= value <= 1 + _ROUNDING_ERROR:
        raise CollectionError(f"Expected a confidence between 0 and 1. Received: {value:g}.")
    return min(1.0, max(0.0, float(value)))


def check_source(name: str) -> str:
    """Return a source.

    Raises:
        CollectionError: it is none of `SOURCES`.
    """
    if name not in SOURCES:
        raise CollectionError(f"Expected a source out of {', '.join(SOURCES)}. Received: {str(name)[:20]!r}.")
    return name
