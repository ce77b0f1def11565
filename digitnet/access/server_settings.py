"""Read how the server runs: the section [server] of the file of settings."""

from __future__ import annotations

import os
from collections.abc import Sequence

from digitnet.access.checked import check_keys, reject
from digitnet.access.settings import read_section

_KEYS = {"log_format", "trainings"}


def read_server_choice(key: str, variable: str, choices: Sequence[str]) -> str:
    """Return one of the choices for a setting of [server]: that of an environment variable, else of the file.

    Args:
        key: name of the setting in the file.
        variable: name of the environment variable that goes before it.
        choices: what it may be, the first of which it is where nothing is set.

    Raises:
        SettingsError: it is none of the choices, the section has unknown keys, or the file cannot be read.
    """
    wanted = os.environ.get(variable)
    if not wanted:
        section = read_section("server")
        check_keys(section, "server", _KEYS)
        wanted = section.get(key, choices[0])
    if wanted not in choices:
        known = " or ".join(choice for choice in choices if choice)
        raise reject(f"[server] {key} or ${variable}", known)
    return str(wanted)
