"""Define the section [api] of the file of settings: who may ask, and how much."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from digitnet.access.settings import find_settings_file, read_section
from digitnet.errors import SettingsError


@dataclass(frozen=True)
class ApiSettings:
    """Who may ask, and how much.

    Attributes:
        open: whether those without a key may read pictures, too, from any address.
        files_per_minute: files that a key or an address may have read in a minute; the owner's are not counted.
        requests_at_once: requests that a key or an address may have answered at a time; not the owner's.
        files_at_once: files of one request.
        megabytes_at_once: size of one request.
        seconds: how long a request may take.
    """

    open: bool = False
    files_per_minute: int = 600
    requests_at_once: int = 16
    files_at_once: int = 20
    megabytes_at_once: int = 100
    seconds: int = 120


@cache
def get_api_settings() -> ApiSettings:
    """Return the settings of this process, which reads them once.

    Raises:
        SettingsError: the file cannot be read, names an unknown setting, or gives one a wrong value.
    """
    return _parse(read_section("api"))


def _parse(section: dict[str, Any]) -> ApiSettings:
    kinds = {field.name: bool if field.name == "open" else int for field in fields(ApiSettings)}
    for name, value in section.items():
        place = f"{name!r} in [api] of {find_settings_file()}"
        if name not in kinds:
            raise SettingsError(f"Unknown setting {place}; use one of {', '.join(kinds)}.")
        if type(value) is not kinds[name] or (kinds[name] is int and value < 1):
            kind = "true or false" if kinds[name] is bool else "a whole number above 0"
            raise SettingsError(f"Expected {kind} for {place}. Received: {value!r}")
    return ApiSettings(**section)
