"""Count what callers use, and refuse with a sentence what is more than their quota.

Each process of a server counts for itself, and anew after a restart.
"""

from __future__ import annotations

import ipaddress
import math
import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from digitnet.access.callers import Caller, get_caller
from digitnet.access.quotas import Quotas, get_quotas
from digitnet.access.rates import Rate
from digitnet.access.roles import Role
from digitnet.errors import QuotaError

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_MEGABYTE = 1_000_000
_NETWORK_BITS = 64  # Of an IPv6 address; whoever has one has all that begin so.


class Spending:
    """Counts what callers use.

    Args:
        quotas: how much each may use.
        clock: time in seconds.
    """

    def __init__(self, quotas: Quotas, clock: Callable[[], float] = time.monotonic) -> None:
        self.quotas = quotas
        self._photos = Rate(quotas.photos_per_minute, _MINUTE, clock)
        self._drawings = Rate(quotas.drawings_per_minute, _MINUTE, clock)
        self._looks = Rate(quotas.looks_per_minute, _MINUTE, clock)
        self._sessions = Rate(quotas.sessions_per_minute, _MINUTE, clock)
        self._deletions = Rate(quotas.deletions_per_hour, _HOUR, clock)
        self._rows = Rate(quotas.rows_per_day, _DAY, clock)
        self._sheets = Rate(quotas.sheets_per_day, _DAY, clock)

    def count_photo(self) -> None:
        """Count a photo or page that the caller has read; raises QuotaError if those were too many."""
        self._spend(self._photos, "Too many photos were read from here within a minute; the next can be read")

    def count_drawing(self) -> None:
        """Count a drawing that the caller has read; raises QuotaError if those were too many."""
        self._spend(self._drawings, "Too many drawings were read from here within a minute; the next can be read")

    def count_look(self) -> None:
        """Count a closer look that is computed for the caller; raises QuotaError if those were too many."""
        self._spend(self._looks, "Too much was computed from here within a minute; look at this")

    def count_session(self, caller: Caller | None = None) -> None:
        """Count a page that somebody opens; raises QuotaError if those were too many."""
        self._spend(self._sessions, "Too many pages were opened from here within a minute; reload this one", 1, caller)

    def count_deletion(self) -> None:
        """Count that the caller deletes all of theirs; raises QuotaError if that was too often."""
        self._spend(self._deletions, "All was deleted too often from here within an hour; delete yours")

    def find_session_wait(self, caller: Caller) -> float:
        """Return the seconds until somebody may open a page, without counting one."""
        return 0.0 if _is_free(caller) else self._sessions.find_wait(find_key(caller))

    def count_rows(self, count: int) -> None:
        """Count digits that the caller adds; raises QuotaError if those of a day were too many."""
        self._count_in_a_day(self._rows, self.quotas.rows_per_day, "digits", count)

    def count_sheets(self, count: int) -> None:
        """Count sheets that the caller adds to batches; raises QuotaError if those of a day were too many."""
        self._count_in_a_day(self._sheets, self.quotas.sheets_per_day, "sheets", count)

    def _count_in_a_day(self, rate: Rate, most: int, noun: str, count: int) -> None:
        if count > most and not _is_free(get_caller()):
            message = f"At most {most:,} {noun} can be added in a day, and these are {count:,}; "
            raise QuotaError(message + "add fewer, or ask the owner of this server.")
        self._spend(rate, f"Too many {noun} were added within a day; these can be added", count)

    def check_queue(self, waiting: int, new: int = 1) -> None:
        """Raise QuotaError if so many new trainings may not wait besides those that do."""
        most = self.quotas.queued_trainings
        if waiting + new > most and not _is_free(get_caller()):
            what = "this would be one more" if new == 1 else f"these would be {new:,} more"
            raise QuotaError(
                f"At most {most:,} trainings can wait, {waiting:,} do, and {what}; wait until some have ended."
            )

    def find_page_seconds(self) -> float:
        """Return how long a processor may read a page for the caller."""
        return self.quotas.owner_page_seconds if _is_free(get_caller()) else self.quotas.page_seconds

    def find_upload_pixels(self) -> float:
        """Return how many pixels the photos of the caller's session may have, endless for an owner."""
        return math.inf if _is_free(get_caller()) else self.quotas.upload_megapixels * 1e6

    def find_upload_limits(self) -> tuple[float, float]:
        """Return how many files the caller's session may hold, and of how many bytes, endless for an owner."""
        if _is_free(get_caller()):
            return math.inf, math.inf
        return self.quotas.upload_files, self.quotas.upload_megabytes * _MEGABYTE

    def _spend(self, rate: Rate, sentence: str, count: float = 1.0, caller: Caller | None = None) -> None:
        caller = caller or get_caller()
        if not _is_free(caller) and (wait := rate.spend(find_key(caller), count)):
            raise QuotaError(f"{sentence} {describe_wait(wait)}.", wait)


def check_room(folder: Path, megabytes: float = 0.0) -> None:
    """Raise QuotaError if the disk of a folder would have less room than must stay free.

    Args:
        folder: the folder to write to, which need not exist.
        megabytes: how much is about to be written.
    """
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    least = get_quotas().free_disk_megabytes
    if least and shutil.disk_usage(existing).free < (least + megabytes) * _MEGABYTE:
        raise QuotaError("The disk is nearly full, so nothing more is saved; make room, then try again.")


@cache
def get_spending() -> Spending:
    """Return what callers of this process have used; raises SettingsError if the file of settings is wrong."""
    return Spending(get_quotas())


def find_key(caller: Caller) -> str:
    """Return for whom the uses of a caller count: the account that signed in, or the address."""
    if caller.account and not caller.account.startswith("browser:"):
        return caller.account
    try:
        address = ipaddress.ip_address(caller.address.split("%")[0])
    except ValueError:
        return caller.address
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
    return str(address)


def describe_wait(seconds: float) -> str:
    """Return when something works again: "in 12 seconds"."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * length:
            return f"in {math.ceil(seconds / length)} {unit}s"
    count = max(1, math.ceil(seconds))
    return f"in {count} second{'s' * (count > 1)}"


def _is_free(caller: Caller) -> bool:
    return caller.role >= Role.OWNER
