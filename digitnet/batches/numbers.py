"""Store what people decide of the numbers of a batch."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from digitnet.access.accounts import owns
from digitnet.access.permissions import guarded
from digitnet.batches.lookup import find_batch, find_sheet
from digitnet.batches.records import LEFT_OUT, TEXT, Batch, Decision, DecisionError, Number
from digitnet.batches.rows import to_decision, to_number, to_page
from digitnet.collection.consents import ConsentStore, OpenConnection
from digitnet.collection.samples import clean_text
from digitnet.collection.schema import batches, decisions, numbers, sheets
from digitnet.errors import CollectionError

MAX_TEXT_LENGTH = 100  # Characters of a number.
_PAGE_COLUMNS = [sheets.c[name] for name in ("file", "digest", "page", "pages")]


class NumberStore:
    """The numbers of batches and the decisions of them; see `BatchStore`.

    Decisions are never changed or deleted, only undone; of a number the last one holds that is not undone.
    """

    def __init__(self, open_reader: OpenConnection, open_writer: OpenConnection) -> None:
        """Use the connections of a store of batches, which commit when their block ends."""
        self._open_reader, self._open_writer = open_reader, open_writer

    @guarded("batches.look")
    def find(self, batch: str) -> list[Number]:
        """Return the numbers of a batch in the order of sheets and numbers, each with the decision that holds."""
        with self._open_reader() as connection:
            query = _select(find_batch(connection, batch).id)
            held = _find_held(connection, batch)
            return [_to_number(row, held.get((row.sheet, row.key))) for row in connection.execute(query)]

    @guarded("batches.look")
    def find_texts(self, batch: str, *, doubtful: bool, has_crop: bool = False) -> dict[tuple[int, str], str]:
        """Return what was read of the doubtful numbers of a batch, or of the others, by sheet and key, in their order.

        Args:
            batch: id of the batch.
            doubtful: whether the doubtful ones are wanted.
            has_crop: whether only those with a picture are.
        """
        with self._open_reader() as connection:
            query = select(numbers.c.sheet, numbers.c.key, numbers.c.text).join(sheets, sheets.c.id == numbers.c.sheet)
            query = query.where(sheets.c.batch == find_batch(connection, batch).id, numbers.c.doubtful.is_(doubtful))
            if has_crop:
                query = query.where(numbers.c.crop != b"")
            rows = connection.execute(query.order_by(sheets.c.place, numbers.c.place))
            return {(row.sheet, row.key): row.text for row in rows}

    @guarded("batches.look")
    def get(self, sheet: int, key: str) -> Number:
        """Return a number with the decision that holds; raises CollectionError if it is not there."""
        with self._open_reader() as connection:
            query = _select(find_sheet(connection, sheet).batch).where(numbers.c.sheet == sheet, numbers.c.key == key)
            if (row := connection.execute(query).first()) is None:
                raise CollectionError("This number is not there any more.")
            return _to_number(row, _find_last(connection, sheet, key))

    @guarded("batches.change")
    def decide(
        self, sheet: int, key: str, text: str, kind: str = TEXT, *, after: int | None = None, token: str = ""
    ) -> Decision:
        """Store what somebody has decided of a number, and return it.

        Args:
            sheet: number of the sheet.
            key: key of the number.
            text: the text that was typed or confirmed; ignored for LEFT_OUT.
            kind: TEXT, or LEFT_OUT for what is no number.
            after: number of the decision that its maker saw, None if they saw none.
            token: text of at most 64 characters that tells it from others: sent again since no answer came, it is not
                stored twice.

        Raises:
            AccessError: it is the caller's own batch, and nothing may be kept of them any more.
            DecisionError: somebody else has decided meanwhile; its `decision` is the one that holds.
            CollectionError: the number is not there, or the text is too long.
        """
        if kind not in (TEXT, LEFT_OUT) or len(token) > 64:
            raise CollectionError(f"Expected a decision of a number. Received: {kind[:20]!r}.")
        if len(text) > MAX_TEXT_LENGTH:
            raise CollectionError(f"A number can have {MAX_TEXT_LENGTH} characters; type a shorter one.")
        typed = clean_text(text, MAX_TEXT_LENGTH) if kind == TEXT else ""
        values = {"sheet": sheet, "key": key, "kind": kind, "text": typed, "made": datetime.now(UTC)}
        with self._open_writer() as connection:
            if owns(_require(connection, sheet, key).account):
                ConsentStore(self._open_reader, self._open_writer).require(connection)
            same = select(decisions).where(decisions.c.sheet == sheet, decisions.c.token == token)
            if token and (known := connection.execute(same).first()):
                return to_decision(known)
            last = _find_last(connection, sheet, key)
            if (last.id if last else None) != after:
                raise DecisionError("Somebody has decided of this number meanwhile; look at it again.", last)
            query = insert(decisions).values(values | {"token": token or uuid.uuid4().hex}).returning(decisions)
            return to_decision(connection.execute(query).one())

    @guarded("batches.change")
    def undo(self, decision: int) -> Decision:
        """Undo a decision, and return it; the one before it holds again. One that was undone stays so."""
        with self._open_writer() as connection:
            row = connection.execute(select(decisions).where(decisions.c.id == decision)).first()
            if row is None:
                raise CollectionError("This decision is not there any more.")
            find_sheet(connection, row.sheet)
            is_held = (decisions.c.id == decision) & decisions.c.undone.is_(None)
            connection.execute(update(decisions).where(is_held).values(undone=datetime.now(UTC)))
            return to_decision(connection.execute(select(decisions).where(decisions.c.id == decision)).one())

    @guarded("batches.change")
    def note_addition(self, decision: int, addition: str | None) -> None:
        """Note the addition to the digits that a decision has taught, None once it was taken back."""
        with self._open_writer() as connection:
            row = connection.execute(select(decisions.c.sheet).where(decisions.c.id == decision)).first()
            if row is None:
                raise CollectionError("This decision is not there any more.")
            find_sheet(connection, row.sheet)
            connection.execute(update(decisions).where(decisions.c.id == decision).values(addition=addition))

    @guarded("batches.look")
    def list_decisions(self, batch: str) -> list[Decision]:
        """Return the decisions of a batch that hold, the first made first."""
        with self._open_reader() as connection:
            held = _find_held(connection, find_batch(connection, batch).id)
        return sorted(held.values(), key=lambda decision: decision.id)


def _select(batch: str) -> Select[Any]:
    """Return the query for the numbers of a batch, in their order, with the columns of their pages."""
    query = select(numbers, *_PAGE_COLUMNS).join(sheets, sheets.c.id == numbers.c.sheet)
    return query.where(sheets.c.batch == batch).order_by(sheets.c.place, numbers.c.place)


def _to_number(row: Row[Any], decision: Decision | None) -> Number:
    return to_number(row, to_page(row), decision)


def _require(connection: Connection, sheet: int, key: str) -> Batch:
    """Return the batch of a number; raises CollectionError unless it is there and the caller may change it."""
    batch = find_batch(connection, find_sheet(connection, sheet).batch)
    is_number = (numbers.c.sheet == sheet) & (numbers.c.key == key)
    if connection.execute(select(numbers.c.key).where(is_number)).first() is None:
        raise CollectionError("This number is not there any more.")
    return batch


def _find_last(connection: Connection, sheet: int, key: str) -> Decision | None:
    """Return the decision that holds of a number."""
    is_held = (decisions.c.sheet == sheet) & (decisions.c.key == key) & decisions.c.undone.is_(None)
    row = connection.execute(select(decisions).where(is_held).order_by(decisions.c.id.desc()).limit(1)).first()
    return to_decision(row) if row else None


def _find_held(connection: Connection, batch: str) -> dict[tuple[int, str], Decision]:
    """Return the decisions of a batch that hold, by sheet and key."""
    query = (
        select(decisions).join(sheets, sheets.c.id == decisions.c.sheet).join(batches, batches.c.id == sheets.c.batch)
    )
    query = query.where(batches.c.id == batch, decisions.c.undone.is_(None)).order_by(decisions.c.id)
    return {(row.sheet, row.key): to_decision(row) for row in connection.execute(query)}
