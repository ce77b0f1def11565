"""Count what is kept of each account."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from digitnet.collection.ownership import limit_to_caller
from digitnet.collection.schema import digits, strings


class AccountCounts(NamedTuple):
    """Numbers of digits and of strings that are kept of an account, with those marked as deleted."""

    account: str
    digits: int
    rows: int


def count_by_account(connection: Connection) -> list[AccountCounts]:
    """Return the counts of each account that the caller sees, sorted by account."""
    counts: list[Counter[str]] = []
    for table in (digits, strings):
        query = select(table.c.account, func.count()).where(limit_to_caller(table.c.account)).group_by(table.c.account)
        counts.append(Counter(dict(connection.execute(query).tuples().all())))
    accounts = sorted(counts[0].keys() | counts[1].keys())
    return [AccountCounts(account, counts[0][account], counts[1][account]) for account in accounts]
