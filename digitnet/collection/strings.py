"""Describe, validate and store strings: rows of numbers with their signs, as users corrected or confirmed them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from digitnet.collection.queries import split_into_chunks
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
from digitnet.collection.schema import strings
from digitnet.errors import CollectionError
from digitnet.reading.signs import SIGNS

MAX_PICTURE_BYTES = 2**20
MAX_TEXT_LENGTH = 500  # Characters.
_DIGEST = re.compile("[0-9a-f]{64}")
_COLUMNS = ("picture", "text", "digest", "read", "confidence", "model", "source", "file", "writer")


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
    """

    id: int = field(kw_only=True)
    added: datetime = field(kw_only=True)
    deleted: bool = field(kw_only=True)

    @property
    def held_out(self) -> bool:
        """Whether it is kept from training for evaluation; its digest alone decides."""
        return self.digest < HELD_OUT_DIGEST_LIMIT


OpenConnection = Callable[[], AbstractContextManager[Connection]]


class StringStore:
    """The strings of a collection, which `Collection.add` stores and `Collection.undo` takes back.

    Of a row that was stored several times the last text holds. Every method raises CollectionError if the database
    cannot be read or written.
    """

    def __init__(self, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a collection, which commit when their block ends."""
        self._open_reader, self._open_writer = open_reader, open_writer

    def insert(self, connection: Connection, samples: Sequence[StringSample], now: datetime, batch: str) -> None:
        """Store strings as a part of an addition."""
        rows = [sample.to_values() | {"added": now, "deleted": False, "batch": batch} for sample in samples]
        if rows:
            connection.execute(insert(strings), rows)

    def remove(self, connection: Connection, batch: str) -> None:
        """Remove the strings of an addition, so that the texts before it hold again."""
        connection.execute(delete(strings).where(strings.c.batch == batch))

    def find_texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Return texts by digest, without unknown digests and deleted strings."""
        columns = (strings.c.digest, strings.c.text, strings.c.deleted)
        with self._open_reader() as connection:
            last = {
                row.digest: row
                for chunk in split_into_chunks(list(digests))
                for row in connection.execute(
                    select(*columns).where(strings.c.digest.in_(chunk)).order_by(strings.c.id)
                )
            }
        return {digest: row.text for digest, row in last.items() if not row.deleted}

    def find(
        self,
        *,
        writers: Iterable[str] | None = None,
        deleted: bool | None = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[StoredString]:
        """Return strings, the newest first, at most `limit` of them from `offset` on.

        Args:
            writers: allowed writers, None for all.
            deleted: False for strings that are not deleted, True for deleted ones, None for both.
            limit: the greatest number of strings, None for all.
            offset: number of strings to leave out.
        """
        query = _select_last(select(strings), writers, deleted).order_by(strings.c.id.desc()).limit(limit)
        with self._open_reader() as connection:
            return [_to_stored(row) for row in connection.execute(query.offset(offset) if offset else query)]

    def count(self, *, writers: Iterable[str] | None = None, deleted: bool | None = False) -> int:
        """Return the number of strings, see `find`."""
        query = _select_last(select(func.count()).select_from(strings), writers, deleted)
        with self._open_reader() as connection:
            return connection.scalar(query) or 0

    def delete(self, ids: Iterable[int]) -> int:
        """Mark strings as deleted; return the number of strings that were not deleted before."""
        return self._mark(ids, deleted=True)

    def restore(self, ids: Iterable[int]) -> int:
        """Restore deleted strings; return the number of strings that were deleted."""
        return self._mark(ids, deleted=False)

    def _mark(self, ids: Iterable[int], *, deleted: bool) -> int:
        with self._open_writer() as connection:
            return sum(
                connection.execute(
                    update(strings).where(strings.c.id.in_(chunk), strings.c.deleted != deleted).values(deleted=deleted)
                ).rowcount
                for chunk in split_into_chunks([int(id_) for id_ in ids])
            )


def _select_last(query: Select[Any], writers: Iterable[str] | None, deleted: bool | None) -> Select[Any]:
    """Restrict a query to the last strings of each digest that match."""
    query = query.where(strings.c.id.in_(select(func.max(strings.c.id)).group_by(strings.c.digest)))
    if writers is not None:
        query = query.where(strings.c.writer.in_(list(writers)))
    return query if deleted is None else query.where(strings.c.deleted == deleted)


def _to_stored(row: Row[Any]) -> StoredString:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return StoredString(**values, id=row.id, added=row.added, deleted=row.deleted)


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
