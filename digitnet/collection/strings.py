"""Describe and validate strings: rows of numbers with their signs, as users corrected or confirmed them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from digitnet.collection.samples import (
    HELD_OUT_DIGEST_LIMIT,
    MAX_FILE_LENGTH,
    MAX_MODEL_LENGTH,
    MAX_WRITER_LENGTH,
    PNG_SIGNATURE,
    check_confidence,
    check_source,
    clean_text,
)
from digitnet.errors import CollectionError
from digitnet.reading.signs import SIGNS

MAX_PICTURE_BYTES = 2**20
MAX_TEXT_LENGTH = 1000  # Characters.
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class StringSample:
    """One row of numbers and its text.

    Attributes:
        picture: the row, a gray PNG file.
        text: its digits and signs, with a space between numbers.
        digest: 64 hexadecimal digits, the identity of the row; "" stands for the SHA-256 of the picture.
        read: the text that a model read, "" if it read none.
        confidence: probability of `read`, 0 to 1.
        model: name of the model.
        source: one of `samples.SOURCES`.
        file: name of the picture's file.
        writer: name of the writer, "" if unknown.
    """

    picture: bytes = field(repr=False)
    text: str
    digest: str = ""
    read: str = ""
    confidence: float | None = None
    model: str = ""
    source: str = "canvas"
    file: str = ""
    writer: str = ""

    def to_values(self) -> dict[str, Any]:
        """Return the fields as columns.

        Raises:
            CollectionError: a field is invalid.
        """
        picture = _check_picture(self.picture)
        return {
            "digest": _check_digest(self.digest) if self.digest else hashlib.sha256(picture).hexdigest(),
            "picture": picture,
            "text": _check_text(self.text),
            "read": _check_text(self.read) if self.read else "",
            "confidence": None if self.confidence is None else check_confidence(self.confidence),
            "model": clean_text(self.model, MAX_MODEL_LENGTH),
            "source": check_source(self.source),
            "file": clean_text(self.file, MAX_FILE_LENGTH),
            "writer": clean_text(self.writer, MAX_WRITER_LENGTH),
        }


@dataclass(frozen=True, eq=False)
class StoredString(StringSample):
    """A string stored in a collection.

    Attributes:
        id: its number in the collection.
        added: time of its addition, in UTC.
        deleted: whether it is deleted; it can be restored.
        account: whose it is, "" for the owner's and for a string from an export.
    """

    id: int = field(kw_only=True)
    added: datetime = field(kw_only=True)
    deleted: bool = field(kw_only=True)
    account: str = field(kw_only=True, default="")

    @property
    def held_out(self) -> bool:
        """Whether it is kept from training for evaluation; its digest alone decides."""
        return self.digest < HELD_OUT_DIGEST_LIMIT


def _check_picture(content: bytes) -> bytes:
    if not content.startswith(PNG_SIGNATURE):
        raise CollectionError("Expected the picture of a row as a PNG. Received: other bytes.")
    if len(content) > MAX_PICTURE_BYTES:
        size = f"{len(content) / 2**20:.1f} MB"
        raise CollectionError(f"Expected a picture of at most {MAX_PICTURE_BYTES // 2**20} MB. Received: {size}.")
    return bytes(content)


def _check_digest(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise CollectionError(f"Expected a digest of 64 hexadecimal digits. Received: {digest[:20]!r}.")
    return digest


def _check_text(text: str) -> str:
    cleaned = " ".join(text.split())
    others = sorted(set(cleaned) - set("0123456789 " + SIGNS))
    if others or not cleaned or len(cleaned) > MAX_TEXT_LENGTH:
        received = repr(others[0]) if others else f"{len(cleaned)} characters"
        raise CollectionError(f"Expected 1 to {MAX_TEXT_LENGTH} digits and signs of a row. Received: {received}.")
    return cleaned
