"""Read the file of settings: a TOML file with a section for each concern, which may be missing.

It is `$DIGITNET_SETTINGS`, or else `settings.toml` in the folder of user data.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from digitnet.errors import SettingsError
from digitnet.paths import data_dir


def find_settings_file() -> Path:
    """Return the path of the file of settings, which need not exist."""
    return Path(os.environ.get("DIGITNET_SETTINGS") or data_dir() / "settings.toml")


def read_settings() -> dict[str, Any]:
    """Return all sections of the file of settings; none if there is no file.

    Raises:
        SettingsError: the file cannot be read, or is not TOML.
    """
    path = find_settings_file()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if os.environ.get("DIGITNET_SETTINGS"):
            raise SettingsError(f"The file of settings {path} does not exist.") from error
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The file of settings {path} cannot be read: {error}") from error


def read_section(name: str) -> dict[str, Any]:
    """Return a section of the file of settings, an empty one if it is missing.

    Raises:
        SettingsError: the file cannot be read, or the section is no table.
    """
    section = read_settings().get(name, {})
    if not isinstance(section, dict):
        raise SettingsError(f"Expected a table [{name}] in {find_settings_file()}. Received: {section!r}")
    return section
