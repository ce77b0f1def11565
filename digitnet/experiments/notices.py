"""Note which runs have ended, until a page has shown them.

This module imports little, because every page asks it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from digitnet import paths
from digitnet.access.permissions import guarded

_FOLDER = ".ended"  # In the folder of the runs; no run may have such a name.


def note_end(name: str) -> None:
    """Note that the run called `name` has ended, with a model or with an error."""
    with suppress(OSError):
        _get_folder().mkdir(parents=True, exist_ok=True)
        (_get_folder() / name).touch()


@guarded("training.look")
def list_ended() -> list[str]:
    """List the runs that have ended since `forget_ended`, the last one last."""
    with suppress(OSError):
        entries = [entry for entry in os.scandir(_get_folder()) if entry.is_file()]
        return [entry.name for entry in sorted(entries, key=lambda entry: entry.stat().st_mtime_ns)]
    return []


@guarded("training.change")
def forget_ended(names: Iterable[str] | None = None) -> None:
    """Forget runs that have ended, all of them or those called `names`: a page has shown them."""
    for name in list_ended() if names is None else names:
        with suppress(OSError):
            (_get_folder() / name).unlink()


def has_runs() -> bool:
    """Return whether any run is unfinished, or has ended and was not shown; it takes some microseconds."""
    with suppress(OSError):
        folders = [entry.name for entry in os.scandir(paths.runs_dir()) if entry.is_dir()]
        return any(name != _FOLDER for name in folders) or (_FOLDER in folders and bool(list_ended()))
    return False


def _get_folder() -> Path:
    return paths.runs_dir() / _FOLDER
