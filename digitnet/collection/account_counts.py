"""Count what is kept of each account."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from digitnet.collection.ownership import limit_to_caller
from digitnet.collection.schema import batches, digits, strings, templates

COUNTED_TABLES = (digits, strings, batches, templates)
_NOUNS = (("digit", "digits"), ("row", "rows"), ("batch", "batches"), ("template", "templates"))


class Counts(NamedTuple):
    """Numbers of digits, rows, batches and templates, with what is marked as deleted; parallel to COUNTED_TABLES."""

    digits: int = 0
    rows: int = 0
    batches: int = 0
    templates: int = 0

    def describe(self) -> list[str]:
        """Return texts such as "1 digit" and "12 rows", without what there is none of."""
        counts = zip(self, _NOUNS, strict=True)
        return [f"{count:,} {one if count == 1 else several}" for count, (one, several) in counts if count]


def count_by_account(connection: Connection) -> dict[str, Counts]:
    """Return the counts of each account that the caller sees, sorted by account."""
    counts: list[Counter[str]] = []
    for table in COUNTED_TABLES:
        query = select(table.c.account, func.count()).where(limit_to_caller(table.c.account)).group_by(table.c.account)
        counts.append(Counter(dict(connection.execute(query).tuples().all())))
    return {account: Counts(*(count[account] for count in counts)) for account in sorted(set().union(*counts))}
