"""Convert batches, sheets, numbers and decisions to rows of the database and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from digitnet.batches.records import Batch, BatchSettings, Box, Decision, Number, Sheet, SheetPage
from digitnet.collection.queries import DAMAGED
from digitnet.errors import CollectionError


@contextmanager
def explaining_damage() -> Iterator[None]:
    """Raise CollectionError if the rows of the block hold what digitnet does not write."""
    try:
        yield
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CollectionError(DAMAGED) from error


def write_settings(settings: BatchSettings) -> str:
    """Return settings as a column keeps them."""
    return json.dumps(asdict(settings))


def write_entry(entry: dict[str, Any]) -> str:
    """Return the entry of a sheet as a column keeps it."""
    return json.dumps(entry, ensure_ascii=False)


def to_batch(row: Row[Any]) -> Batch:
    """Return the batch of a row of `batches`; raises CollectionError if it is damaged."""
    with explaining_damage():
        settings = BatchSettings(**json.loads(row.settings))
        return Batch(row.id, row.account, row.name, row.kind, row.created, row.template, row.expect, settings)


def to_page(row: Row[Any]) -> SheetPage:
    """Return the page of a row with the columns of `sheets`."""
    return SheetPage(row.file, row.digest, row.page, row.pages)


def to_sheet(row: Row[Any]) -> Sheet:
    """Return the sheet of a row of `sheets`; raises CollectionError if it is damaged."""
    with explaining_damage():
        entry = json.loads(row.entry) if row.entry else {}
        about = row.state, row.error, entry, row.model, row.version, row.read
        return Sheet(row.id, row.batch, row.place, to_page(row), *about)


def to_number_row(number: Number, sheet: int, place: int) -> dict[str, Any]:
    """Return the values of a new row of `numbers`."""
    return {
        "sheet": sheet,
        "key": number.key,
        "place": place,
        "name": number.name,
        "row": number.row,
        "column": number.column,
        "text": number.text,
        "alternatives": json.dumps(number.alternatives),
        "confidence": number.confidence,
        "doubtful": number.doubtful,
        "reason": number.reason,
        "expect": number.expect,
        "box": json.dumps(number.box),
        "crop": number.crop,
        "crop_box": json.dumps(number.crop_box),
    }


def to_number(row: Row[Any], page: SheetPage, decision: Decision | None) -> Number:
    """Return the number of a row of `numbers`; raises CollectionError if it is damaged."""
    with explaining_damage():
        return Number(
            row.key,
            row.name,
            row.row,
            row.column,
            row.text,
            row.confidence,
            row.doubtful,
            tuple(str(text) for text in json.loads(row.alternatives)),
            row.reason,
            row.expect,
            _parse_box(row.box),
            row.crop,
            _parse_box(row.crop_box),
            row.place,
            row.sheet,
            page,
            decision,
        )


def to_decision(row: Row[Any]) -> Decision:
    """Return the decision of a row of `decisions`."""
    about = row.kind, row.text, row.made, row.token, row.undone, row.addition
    return Decision(row.id, row.sheet, row.key, *about)


def _parse_box(text: str) -> Box | None:
    sides = json.loads(text)
    if sides is None:
        return None
    left, top, right, bottom = (int(side) for side in sides)
    return left, top, right, bottom
