"""Define how long pictures of batches are kept: the section [batches] of the file of settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from digitnet.access.checked import check_keys, reject
from digitnet.access.settings import read_section


@dataclass(frozen=True)
class Keeping:
    """How long pictures are kept, and how many.

    Attributes:
        picture_days: days after which the pictures of a batch are deleted; 0 if none are kept.
        picture_megabytes: size of the pictures that an account may keep at a time; the owner's have no limit.
    """

    picture_days: int = 7
    picture_megabytes: int = 1000


@cache
def get_keeping() -> Keeping:
    """Return the settings of this process, which reads them once.

    Raises:
        SettingsError: the file cannot be read, names an unknown setting, or gives one a wrong value.
    """
    section = read_section("batches")
    names = {field.name for field in fields(Keeping)}
    check_keys(section, "batches", names)
    for name, value in section.items():
        if type(value) is not int or value < 0:
            raise reject(f"[batches] {name}", "a whole number from 0 on")
    return Keeping(**section)
