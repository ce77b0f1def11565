"""Define the command `keys`: make, list and remove the keys by which programs ask the server."""

from __future__ import annotations

import argparse

from digitnet.access.roles import Role


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `keys`."""
    command.set_defaults(command=_print_keys)
    actions = command.add_subparsers(metavar="ACTION")
    add = actions.add_parser("add", help="make a key and print it, once")
    add.add_argument("name", metavar="NAME", help="its name: letters, digits, . and -")
    roles = [role.name.lower() for role in Role if role >= Role.READER]
    add.add_argument("--role", choices=roles, default=roles[0], help=f"what it allows (default: {roles[0]})")
    add.add_argument("--days", type=float, metavar="N", help="days after which it is void (default: never)")
    add.set_defaults(command=_add)
    remove = actions.add_parser("remove", help="make a key void; a running server refuses it at once")
    remove.add_argument("name", metavar="NAME", help="its name")
    remove.set_defaults(command=_remove)


def _print_keys() -> int:
    from digitnet.access.api_keys import list_keys
    from digitnet.cli.tables import format_columns

    heads = ["key", "role", "made", "void from"]
    rows = [[key.name, key.role, key.made[:10], (key.expires or "never")[:10]] for key in list_keys()]
    print(format_columns(heads, rows) if rows else "There are no keys; make one with: digitnet keys add NAME")
    return 0


def _add(name: str, role: str, days: float | None) -> int:
    from digitnet.access.api_keys import add_key

    print(add_key(name, Role[role.upper()], days))
    return 0


def _remove(name: str) -> int:
    from digitnet.access.api_keys import remove_key

    remove_key(name)
    return 0
