"""Keep the pictures of batches in the data folder for some days, if their makers say so.

A file lies at `batches/ACCOUNT/BATCH/DIGEST`, where ACCOUNT is a digest of the account's name.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digitnet.access.accounts import find_own_account, limit_accounts
from digitnet.access.callers import get_caller
from digitnet.access.permissions import guarded
from digitnet.access.roles import Role
from digitnet.access.spending import check_room
from digitnet.batches.keeping import get_keeping
from digitnet.collection.consents import ConsentStore
from digitnet.errors import CollectionError, QuotaError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.paths import data_dir

_DAY_SECONDS = 86_400.0
_MEGABYTE = 1_000_000
_BATCH, _DIGEST = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")
_log = logging.getLogger(__name__)


@guarded("batches.add")
def keep_picture(batch: str, content: bytes, consents: ConsentStore) -> None:
    """Keep a file of a batch of the caller.

    Args:
        batch: id of the batch.
        content: content of the file.
        consents: what accounts have agreed to.

    Raises:
        AccessError: the caller has no account, or has not agreed to anything being kept of them.
        CollectionError: no pictures are kept here, or it cannot be written.
        QuotaError: the caller keeps too many, or the disk is nearly full.
    """
    keeping = get_keeping()
    if not keeping.picture_days:
        raise CollectionError("No pictures are kept here.")
    consents.check()
    path = _find_folder(batch, find_own_account()) / hashlib.sha256(content).hexdigest()
    if path.is_file():
        return
    check_room(data_dir(), len(content) / _MEGABYTE)
    kept = sum(size for _, size in _list_files(path.parent.parent))
    if kept + len(content) > keeping.picture_megabytes * _MEGABYTE and get_caller().role < Role.OWNER:
        raise QuotaError(f"You keep {kept / _MEGABYTE:,.0f} MB of pictures; delete a batch first, or keep no pictures.")
    with explain_os_errors("The picture cannot be kept", CollectionError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, mode=0o600)


@guarded("batches.look")
def load_picture(batch: str, digest: str) -> bytes | None:
    """Return the file of a batch of the caller by the digest of its content; None if it is not kept any more."""
    if not _DIGEST.fullmatch(digest):
        return None
    with suppress(OSError):
        return (_find_folder(batch, find_own_account()) / digest).read_bytes()
    return None


@guarded("batches.look")
def list_pictures(batch: str) -> set[str]:
    """Return the digests of the files of a batch of the caller that are kept."""
    return {path.name for path, _ in _list_files(_find_folder(batch, find_own_account()))}


@guarded("batches.delete")
def delete_pictures(batch: str, account: str) -> None:
    """Delete the files of a batch of an account.

    Raises:
        AccessError: the caller does not see the batches of this account.
    """
    limit_accounts((account,))
    with explain_os_errors("The pictures cannot be deleted", CollectionError):
        _remove(_find_folder(batch, account))


@guarded("digits.copy")
def delete_all_pictures(account: str) -> None:
    """Delete the files of all batches of an account."""
    with explain_os_errors("The pictures cannot be deleted", CollectionError):
        _remove(_find_account_folder(account))


def delete_expired_pictures() -> int:
    """Delete the files that have been kept for the days of the settings; return how many they were."""
    end, deleted = time.time() - get_keeping().picture_days * _DAY_SECONDS, 0
    for path, _ in list(_list_files(data_dir() / "batches")):
        with suppress(OSError):
            if path.stat().st_mtime <= end:
                path.unlink()
                deleted += 1
    if deleted:
        _log.info("Deleted %d expired pictures of batches", deleted)
    return deleted


def _find_folder(batch: str, account: str) -> Path:
    if not _BATCH.fullmatch(batch):
        raise CollectionError("This batch is not there any more.")
    return _find_account_folder(account) / batch


def _find_account_folder(account: str) -> Path:
    return data_dir() / "batches" / hashlib.sha256(account.encode()).hexdigest()[:32]


def _list_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the kept files in a folder and those below it, each with its size."""
    for path in folder.rglob("*"):
        with suppress(OSError):
            if _DIGEST.fullmatch(path.name) and path.is_file():
                yield path, path.stat().st_size


def _remove(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
