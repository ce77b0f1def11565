"""Define how much one may use: the section [quotas] of the file of settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from digitnet.access.settings import find_settings_file, read_section
from digitnet.errors import SettingsError

_MAY_BE_ZERO = ("keep_minutes", "owner_keep_minutes", "kept_megabytes", "free_disk_megabytes", "queued_trainings")


@dataclass(frozen=True)
class Quotas:
    """How much may be used. Those of a session, an address and an account do not bind the owner.

    Attributes:
        upload_megabytes: size of the files that a session holds at a time.
        upload_files: number of the files that a session holds at a time.
        upload_megapixels: size of the photos that a session holds at a time.
        all_upload_megabytes: size of the files of all sessions together; also the owner's.
        kept_megabytes: size of the drawings and photos of all tabs that are kept for a reload; also the owner's.
        keep_minutes: how long drawings and photos of a closed tab are kept for a reload.
        owner_keep_minutes: how long those of an owner are kept.
        page_seconds: time of a processor that reading a page may take.
        owner_page_seconds: the same for an owner, whose machine may be slow.
        photos_per_minute: photos and pages that an address may have read in a minute.
        drawings_per_minute: drawings that an address may have read in a minute.
        looks_per_minute: steps of readings, networks without some units, sheets of forms, ZIP files and eight pages in
            small each, of an address in a minute.
        sessions_per_minute: pages that an address may open in a minute; a reload opens one, too.
        deletions_per_hour: times that an address may delete all of theirs; each writes the database's file anew.
        rows_per_day: digits that an account may add in a day.
        sheets_per_day: sheets that an account may add to its batches in a day.
        queued_trainings: trainings that may wait at a time.
        free_disk_megabytes: room on the disk that must stay free; also the owner writes nothing below it.
    """

    upload_megabytes: float = 400
    upload_files: int = 300
    upload_megapixels: float = 3000
    all_upload_megabytes: float = 1500
    kept_megabytes: float = 512
    keep_minutes: float = 1
    owner_keep_minutes: float = 30
    page_seconds: float = 5
    owner_page_seconds: float = 20
    photos_per_minute: int = 120
    drawings_per_minute: int = 2400
    looks_per_minute: int = 120
    sessions_per_minute: int = 120
    deletions_per_hour: int = 30
    rows_per_day: int = 5000
    sheets_per_day: int = 2000
    queued_trainings: int = 20
    free_disk_megabytes: float = 200


def read_quotas() -> Quotas:
    """Return the quotas of the file of settings, with defaults for those that it does not name.

    Raises:
        SettingsError: the file cannot be read, names an unknown quota, or gives no positive number for one.
    """
    return _parse(read_section("quotas"))


@cache
def get_quotas() -> Quotas:
    """Return the quotas of this process, which reads them once; raises as `read_quotas` does."""
    return read_quotas()


def _parse(section: dict[str, Any]) -> Quotas:
    kinds = {field.name: field.type for field in fields(Quotas)}
    for name, value in section.items():
        place = f"{name!r} in [quotas] of {find_settings_file()}"
        if name not in kinds:
            raise SettingsError(f"Unknown setting {place}; use one of {', '.join(kinds)}.")
        if isinstance(value, bool) or not isinstance(value, (int, float) if kinds[name] == "float" else int):
            kind = "number" if kinds[name] == "float" else "whole number"
            raise SettingsError(f"Expected a {kind} for {place}. Received: {value!r}")
        if not (0 < value < float("inf") or (value == 0 and name in _MAY_BE_ZERO)):
            raise SettingsError(f"Expected a number above 0 for {place}. Received: {value!r}")
    return Quotas(**section)
