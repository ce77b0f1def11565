"""Say whose a digit, row or batch is, to those who see more than their own."""

from __future__ import annotations

from digitnet.access.accounts import is_person, owns


def describe_owner(account: str) -> str:
    """Return "kept for ann@class.example", or "" for what is the user's own."""
    if owns(account):
        return ""
    return f"kept for {account if is_person(account) else 'a browser without sign-in' if account else 'the owner'}"
