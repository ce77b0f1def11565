"""Read how the server runs: the section [server] of the file of settings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from digitnet.access.checked import check_keys, reject
from digitnet.access.settings import read_section

_KEYS = {"log_format", "trainings", "workers"}


def read_server_choice(key: str, variable: str, choices: Sequence[str]) -> str:
    """Return one of the choices for a setting of [server]: that of an environment variable, else of the file.

    Args:
        key: name of the setting in the file.
        variable: name of the environment variable that goes before it.
        choices: what it may be, the first of which it is where nothing is set.

    Raises:
        SettingsError: it is none of the choices, the section has unknown keys, or the file cannot be read.
    """
    wanted = _read(key, variable) or choices[0]
    if wanted not in choices:
        known = " or ".join(choice for choice in choices if choice)
        raise reject(f"[server] {key} or ${variable}", known)
    return str(wanted)


def read_server_count(key: str, variable: str) -> int | None:
    """Return a whole number above 0 of [server], or of an environment variable; None where nothing is set.

    Raises:
        SettingsError: it is no such number, the section has unknown keys, or the file cannot be read.
    """
    wanted = _read(key, variable)
    if wanted is None:
        return None
    if isinstance(wanted, bool) or not str(wanted).isdecimal() or int(wanted) < 1:
        raise reject(f"[server] {key} or ${variable}", "a whole number above 0")
    return int(wanted)


def _read(key: str, variable: str) -> Any:
    if wanted := os.environ.get(variable):
        return wanted
    section = read_section("server")
    check_keys(section, "server", _KEYS)
    return section.get(key)
