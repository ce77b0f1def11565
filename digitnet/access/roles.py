"""Define the roles of those who use digitnet."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """What somebody may do; each role may do all that the ones below it may."""

    STRANGER = 0  # May only sign in, where the settings name those who read.
    READER = 1  # Draws, reads photos, looks inside and at models; sees only their own digits.
    TEACHER = 2  # Trains, changes models, and sees the digits of their class.
    OWNER = 3
