"""Create models so that a kill at any moment loses none and leaves nothing for good.

A new model is made in a work folder beside the models, `.NAME-xxxxxxxx`, which its process holds locked. The folder has
`new`, and for a moment `old-1`, a model of the same name that was moved away. A work folder whose process is gone is
finished or taken back by `recover_models`.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from digitnet.access.permissions import guarded
from digitnet.files import is_abandoned, remove_abandoned_parts
from digitnet.models.store import check_name
from digitnet.paths import models_dir

_NEW, _OLD, _OWNER_LOCK = "new", "old", "owner.lock"
_MAX_SWAPS = 100  # Each time another process puts a model of the same name there first.
_WORK_FOLDER = re.compile(r"\.(.+)-[a-z0-9_]{8}")
_TRASH_FOLDER = re.compile(r"\..+-deleted")


@guarded("models.create")
@contextmanager
def create_model(name: str) -> Iterator[Path]:
    """Yield an empty folder to fill, which becomes the model `name` at the end of the block.

    A block that raises leaves no trace. A model of the same name stays until the new one is complete.
    """
    from filelock import FileLock

    folder = models_dir()
    target = folder / check_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    recover_models(folder)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder))
    owner = FileLock(work / _OWNER_LOCK)
    try:
        owner.acquire()
        (work / _NEW).mkdir()
        yield work / _NEW
        _swap(work, target)
    finally:
        owner.release()
        shutil.rmtree(work, ignore_errors=True)


def recover_models(folder: Path) -> None:
    """Finish or take back what killed processes left half done in a folder of models; what is under way stays."""
    with suppress(OSError):
        for path in list(folder.glob(".*-*")):
            with suppress(OSError):
                _recover(path)
        remove_abandoned_parts([*folder.glob(".*-*"), *folder.glob("*/.*-*")])


def _swap(work: Path, target: Path) -> None:
    """Put the new model in the place of an old one; if that fails, the old one is back."""
    for number in range(1, _MAX_SWAPS + 1):
        old = work / f"{_OLD}-{number}"
        with suppress(FileNotFoundError):
            os.replace(target, old)
        try:
            os.replace(work / _NEW, target)
            return
        except OSError:
            if target.exists() and number < _MAX_SWAPS:
                continue
            if old.exists():
                os.replace(old, target)
            raise


def _recover(path: Path) -> None:
    if _TRASH_FOLDER.fullmatch(path.name):
        shutil.rmtree(path, ignore_errors=True)
    elif (match := _WORK_FOLDER.fullmatch(path.name)) and path.is_dir():
        if (path / _OWNER_LOCK).exists():
            _recover_locked(path, path.parent / match[1])
        elif is_abandoned(path):  # Without a lock it belongs to nobody then.
            _take_over(path, path.parent / match[1])


def _recover_locked(work: Path, target: Path) -> None:
    """Recover a work folder unless its process lives."""
    from filelock import FileLock, Timeout

    with suppress(Timeout), FileLock(work / _OWNER_LOCK, timeout=0):
        _take_over(work, target)


def _take_over(work: Path, target: Path) -> None:
    """Give a model that was moved away its place, in its new version, and delete the work folder."""
    moved = sorted(work.glob(f"{_OLD}*"))
    if moved and not target.exists():  # The new one was complete then.
        os.replace(work / _NEW if (work / _NEW).is_dir() else moved[-1], target)
    shutil.rmtree(work, ignore_errors=True)
