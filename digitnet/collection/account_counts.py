"""Count what is kept of each account."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from digitnet.collection.ownership import limit_to_caller
from digitnet.collection.schema import batches, digits, strings, templates


class AccountCounts(NamedTuple):
    """Numbers of what is kept of an account, with what is marked as deleted."""

    account: str
    digits: int
    rows: int
    batches: int
    templates: int


def count_by_account(connection: Connection) -> list[AccountCounts]:
    """Return the counts of each account that the caller sees, sorted by account."""
    counts: list[Counter[str]] = []
    for table in (digits, strings, batches, templates):
        query = select(table.c.account, func.count()).where(limit_to_caller(table.c.account)).group_by(table.c.account)
        counts.append(Counter(dict(connection.execute(query).tuples().all())))
    accounts = sorted(set().union(*counts))
    return [AccountCounts(account, *(count[account] for count in counts)) for account in accounts]
