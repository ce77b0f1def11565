"""One labelled digit of a person: corrected, confirmed or imported."""

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
HELD_OUT_DIGEST_LIMIT = f"{round(HELD_OUT_SHARE * 16**8):08x}"  # digests that sort before it are held out
MAX_CROP_BYTES = 2**20
MAX_MODEL_LENGTH, MAX_FILE_LENGTH, MAX_WRITER_LENGTH = 64, 255, 80  # characters
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"  # starts every PNG


@dataclass(frozen=True, eq=False)
class Sample:
    """One labelled digit.

    Attributes:
        picture: uint8 (28, 28), normalised by `digitnet.normalization`, ink 255.
        crop: the digit as it stood on the picture, as PNG; empty where there is none.
        label: 0..9, or NOT_A_DIGIT.
        read: what was read, NOT_A_DIGIT where it was refused, None where nothing was read.
        confidence: probability of what was read, 0 to 1.
        model: name of the model that read it.
        source: one of SOURCES.
        file: name of the picture's file.
        writer: whose hand it is, "" where that was not said.
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
        """Return the fields as they are kept: plain types, clean text, the picture as 784 bytes.

        Raises:
            CollectionError: a field is not what it should be.
        """
        return {
            "digest": compute_digest(self.picture),
            "picture": self.picture.tobytes(),
            "crop": _png(self.crop),
            "label": check_label(self.label),
            "read": None if self.read is None else check_label(self.read),
            "confidence": None if self.confidence is None else _share(self.confidence),
            "model": clean_text(self.model, MAX_MODEL_LENGTH),
            "source": _source(self.source),
            "file": clean_text(self.file, MAX_FILE_LENGTH),
            "writer": clean_text(self.writer, MAX_WRITER_LENGTH),
        }


@dataclass(frozen=True, eq=False)
class StoredDigit(Sample):
    """A sample that is kept.

    Attributes:
        id: its number in the collection; 0 on its way in from an export.
        digest: SHA-256 of the picture's 784 bytes, in hexadecimal digits.
        added: when it came in first, UTC.
        deleted: put aside, and can be restored.
    """

    id: int = field(kw_only=True)
    digest: str = field(kw_only=True)
    added: datetime = field(kw_only=True)
    deleted: bool = field(kw_only=True)

    @property
    def held_out(self) -> bool:
        """Whether it is kept from training, for measuring: decided by its digest alone."""
        return self.digest < HELD_OUT_DIGEST_LIMIT


def compute_digest(picture: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of a picture's bytes in hexadecimal digits.

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
        CollectionError: it is none of 0..9 and NOT_A_DIGIT.
    """
    if isinstance(label, (bool, np.bool_)) or not isinstance(label, (int, np.integer)) or int(label) not in LABELS:
        raise CollectionError(
            f"Expected a label from 0 to 9, or {NOT_A_DIGIT} for no digit. Received: {str(label)[:20]}."
        )
    return int(label)


def clean_text(text: str, most: int) -> str:
    """Return `text` on one line without what cannot be shown or kept, at most `most` characters of it."""
    known = text.encode("utf-8", "replace").decode("utf-8")
    shown = "".join(" " if unicodedata.category(each) == "Cc" else each for each in known)
    return unicodedata.normalize("NFC", " ".join(shown.split()))[:most].rstrip()


def _png(content: bytes) -> bytes:
    if content and not content.startswith(PNG_SIGNATURE):
        raise CollectionError("Expected the digit's crop as a PNG. Received: other bytes.")
    if len(content) > MAX_CROP_BYTES:
        raise CollectionError(
            f"Expected a crop of at most {MAX_CROP_BYTES // 2**20} MB. Received: {len(content) / 2**20:.1f} MB."
        )
    return bytes(content)


def _share(value: float) -> float:
    if not math.isfinite(value) or not -1e-6 <= value <= 1 + 1e-6:
        raise CollectionError(f"Expected a confidence between 0 and 1. Received: {value:g}.")
    return min(1.0, max(0.0, float(value)))


def _source(name: str) -> str:
    if name not in SOURCES:
        raise CollectionError(f"Expected a source out of {', '.join(SOURCES)}. Received: {str(name)[:20]!r}.")
    return name
