"""Say to which accounts the digits belong that a caller sees, changes and adds."""

from __future__ import annotations

from collections.abc import Iterable

from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller, get_caller
from digitnet.errors import AccessError

BROWSER = NOBODY.account  # The start of the accounts of browsers without sign-in.
KNOWN = "@*"  # Stands for all accounts but those of browsers without sign-in.


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


def is_person(account: str) -> bool:
    """Return whether an account is that of somebody who has signed in, and not of a browser."""
    return "@" in account and not is_browser(account)


def is_browser(account: str) -> bool:
    """Return whether an account is that of a browser without sign-in."""
    return account.startswith(BROWSER)


def is_stranger(caller: Caller) -> bool:
    """Return whether somebody is another than the owner of this machine."""
    return has_account(caller) or caller.scope is not None


def owns(account: str) -> bool:
    """Return whether an account is the one to which the caller's digits belong."""
    caller = get_caller()
    return account == caller.account and (has_account(caller) or not is_stranger(caller))


def find_own_account() -> str:
    """Return the account to which the caller's digits belong.

    Raises:
        AccessError: the caller has none.
    """
    caller = get_caller()
    if is_stranger(caller) and not has_account(caller):
        raise AccessError("Digits cannot be kept for somebody who is not known: sign in, or allow cookies.")
    return caller.account


def limit_accounts(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the accounts whose digits a call of the caller uses: the wanted ones, or without any all that they see.

    Args:
        wanted: accounts, and "@domain" for all of a domain; empty for all. `KNOWN` is all for those who see few.

    Raises:
        AccessError: the caller may not see digits of one of the wanted accounts.
    """
    seen = list_accounts(get_caller())
    if seen is None:
        return wanted
    wanted = tuple(name for name in wanted if name != KNOWN)
    if not covers(seen, wanted):
        raise AccessError("Only digits of your own and of your class may be used; choose among those.")
    return wanted or seen or (BROWSER,)  # That of nobody, since no account would be all.


def covers(accounts: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether accounts and domains hold all of the wanted ones."""
    held = {name.lower() if name.startswith("@") else name for name in accounts}
    return all(_is_covered(name, held) for name in wanted)


def _is_covered(name: str, held: set[str]) -> bool:
    if name.startswith("@"):
        return name.lower() in held
    domain = "@" + name.rpartition("@")[2].lower()
    return name in held or (is_person(name) and domain in held)
