"""Limit queries to the digits that the caller may see, or to their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from digitnet.access.accounts import BROWSER, KNOWN, list_accounts, owns
from digitnet.access.callers import get_caller


def match_accounts(column: ColumnElement[Any], accounts: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that an account is one of these, of one of the domains that begin with "@", or KNOWN."""
    names = list(accounts)
    if KNOWN in names:
        return ~column.startswith(BROWSER, autoescape=True)
    exact = [name for name in names if not name.startswith("@")]
    domains = [name.lower() for name in names if name.startswith("@") and len(name) > 1]
    people = ~column.startswith(BROWSER, autoescape=True)  # The key of a browser may end as an address does.
    of_domain = [and_(people, func.lower(column).endswith(domain, autoescape=True)) for domain in domains]
    return or_(false(), column.in_(exact), *of_domain)


def limit_to_caller(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the caller sees and may change what belongs to the account in a column."""
    accounts = list_accounts(get_caller())
    return true() if accounts is None else match_accounts(column, accounts)


def limit_to_own(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the account in a column is the caller's own; false without an account."""
    account = get_caller().account
    return column == account if owns(account) else false()
