"""Find a sheet that was read before in another batch, in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from digitnet.batches.records import READ, Number
from digitnet.batches.rows import to_batch, to_number, to_page, to_sheet
from digitnet.collection.ownership import limit_to_own
from digitnet.collection.schema import batches, numbers, sheets


class Twin(NamedTuple):
    """What was read from the same page: its entry, its numbers, and the name of the model."""

    entry: dict[str, Any]
    numbers: list[Number]
    model: str


def find_twin(connection: Connection, sheet: Row[Any], version: str) -> Twin | None:
    """Return what was read from the page of a sheet, with the same template, expectation, network and risk.

    Args:
        connection: connection to the database.
        sheet: row of the sheet.
        version: SHA-256 of the network.
    """
    own = connection.execute(select(batches).where(batches.c.id == sheet.batch)).one()
    is_same_page = (sheets.c.digest == sheet.digest) & (sheets.c.page == sheet.page) & (sheets.c.id != sheet.id)
    is_same_form = (
        (batches.c.template == own.template) & (batches.c.expect == own.expect) & (batches.c.kind == own.kind)
    )
    is_done = (sheets.c.state == READ) & (sheets.c.version == version) & batches.c.deleted.is_(None)
    query = select(sheets, batches.c.id.label("origin")).join(batches, batches.c.id == sheets.c.batch)
    query = query.where(is_same_page, is_done, is_same_form, limit_to_own(batches.c.account)).order_by(sheets.c.id)
    risk = to_batch(own).settings.risk
    for row in connection.execute(query).all():
        other = connection.execute(select(batches).where(batches.c.id == row.origin)).one()
        if to_batch(other).settings.risk == risk:
            twin = load_reading(connection, row)
            return twin._replace(entry=twin.entry | {"file": sheet.file})
    return None


def load_reading(connection: Connection, sheet: Row[Any]) -> Twin:
    """Return what was read from a sheet, by its row, without decisions."""
    query = select(numbers).where(numbers.c.sheet == sheet.id).order_by(numbers.c.place)
    found = (to_number(row, to_page(sheet), None) for row in connection.execute(query))
    return Twin(to_sheet(sheet).entry, [replace(number, decision=None) for number in found], sheet.model)
