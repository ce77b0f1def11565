"""Know who asks for a call: everything that pages and the API call asks here.

A library or a command of one's own machine acts for its owner. A server says that strangers may ask
(`expect_strangers`), and how to find out who does; from then on who is not known is a reader without an account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from digitnet.access.roles import Role


@dataclass(frozen=True)
class Caller:
    """Somebody who asks for a call.

    Attributes:
        role: their role.
        account: whose digits they add: an e-mail address, "browser:KEY" for a browser without sign-in, or "" for the
            owner of this machine.
        scope: whose digits they see, change and delete, besides their own: accounts, and "@domain" for all accounts
            of a domain; or None for everybody's.
        address: network address that they ask from, as quotas count it; "" for this machine.
    """

    role: Role
    account: str = ""
    scope: tuple[str, ...] | None = ()
    address: str = ""


LOCAL_OWNER = Caller(Role.OWNER, scope=None)
NOBODY = Caller(Role.READER, "browser:")  # Has no digits, and can keep none.

_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


def _find_owner() -> Caller:
    return LOCAL_OWNER


_find_caller: Callable[[], Caller | None] = _find_owner


def get_caller() -> Caller:
    """Return who asks for the call that runs in this thread or task."""
    return _caller.get() or _find_caller() or NOBODY


@contextmanager
def acting_as(caller: Caller) -> Iterator[None]:
    """Let somebody ask for all calls of a block in this thread or task."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def expect_strangers(find_caller: Callable[[], Caller | None]) -> None:
    """Ask a function from now on in this process who asks, where `acting_as` names nobody.

    Args:
        find_caller: function that returns who asks for the call in this thread, None for a reader without an account.
    """
    global _find_caller
    _find_caller = find_caller
