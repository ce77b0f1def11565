"""Describe what an addition to a collection has changed, and refuse what is more than the caller may add."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from digitnet.access.spending import check_room, get_spending


@dataclass(frozen=True)
class Addition:
    """Result of an addition.

    Attributes:
        batch: name of the addition, for `Collection.undo`.
        stored: number of new digits.
        relabeled: number of known digits that got another label or writer, or were restored.
        known: number of known digits that did not change.
        strings: number of strings that were stored, without those of an export that did not change anything.
    """

    batch: str
    stored: int
    relabeled: int
    known: int
    strings: int = 0


def check_quotas(engine: Engine, count: int) -> None:
    """Count rows that the caller adds; raises QuotaError if they are too many, or the disk is nearly full."""
    check_database_room(engine)
    get_spending().count_rows(count)


def check_database_room(engine: Engine) -> None:
    """Raise QuotaError if the disk of an SQLite file is nearly full."""
    if engine.name == "sqlite" and engine.url.database:
        check_room(Path(engine.url.database).parent)
