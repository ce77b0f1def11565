"""Say whose digits a caller sees, changes and adds to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller, get_caller
from digitnet.errors import AccessError

_BROWSER = NOBODY.account  # The start of accounts of browsers without sign-in.


def list_accounts(caller: Caller) -> tuple[str, ...] | None:
    """Return the accounts, and "@domain" for all of a domain, whose digits somebody sees; None for everybody's.

    The owner of this machine has the account "", which nobody gets by having no account.
    """
    if caller.scope is None:
        return None
    own = (caller.account,) if has_account(caller) else ()
    return tuple(dict.fromkeys((*own, *filter(None, caller.scope))))


def has_account(caller: Caller) -> bool:
    """Return whether somebody other than the owner of this machine has an account, to which digits may belong."""
    return caller.account not in (LOCAL_OWNER.account, NOBODY.account) and not caller.account.startswith("@")


def is_stranger(caller: Caller) -> bool:
    """Return whether somebody is another than the owner of this machine."""
    return has_account(caller) or caller.scope is not None


def find_own_account() -> str:
    """Return the account to which the caller's digits belong.

    Raises:
        AccessError: the caller has none.
    """
    caller = get_caller()
    if is_stranger(caller) and not has_account(caller):
        raise AccessError("Digits cannot be kept for somebody who is not known: sign in, or allow cookies.")
    return caller.account


def match_accounts(column: ColumnElement[Any], accounts: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that an account is one of these, or belongs to one of the domains that begin with "@"."""
    names = list(accounts)
    exact = [name for name in names if not name.startswith("@")]
    domains = [name.lower() for name in names if name.startswith("@") and len(name) > 1]
    people = ~column.startswith(_BROWSER, autoescape=True)  # The key of a browser may end as an address does.
    of_domain = [and_(people, func.lower(column).endswith(domain, autoescape=True)) for domain in domains]
    return or_(false(), column.in_(exact), *of_domain)


def limit_to_caller(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the caller sees and may change what belongs to the account in a column."""
    accounts = list_accounts(get_caller())
    return true() if accounts is None else match_accounts(column, accounts)


def limit_to_own(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the account in a column is the caller's own; false without an account."""
    caller = get_caller()
    return column == caller.account if has_account(caller) or not is_stranger(caller) else false()


def covers(accounts: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether accounts and domains hold all of the wanted ones."""
    held = {name.lower() if name.startswith("@") else name for name in accounts}
    return all(_is_covered(name, held) for name in wanted)


def _is_covered(name: str, held: set[str]) -> bool:
    if name.startswith("@"):
        return name.lower() in held
    domain = "@" + name.rpartition("@")[2].lower()
    return name in held or ("@" in name and not name.startswith(_BROWSER) and domain in held)
