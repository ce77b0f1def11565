"""Hold the folder of the results of an archive: by one process at a time, with the settings they were read with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from digitnet.archive.addresses import hide_secrets, make_absolute
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import list_parts
from digitnet.errors import ArchiveError, explain_os_errors
from digitnet.files import write_atomically

SETTINGS_FILE = "_settings.json"  # Readers of Parquet folders pass over names that begin so.
_LOCK_FILE = ".lock"
_WORDS = {
    "digitnet": "version of digitnet",
    "source": "source",
    "model": "model",
    "model_digest": "network of the model",
    "risk": "risk",
    "decimal": "decimal sign",
    "hints": "knowledge of the pictures (--expect and others)",
    "template": "template",
}


@contextmanager
def holding_results(folder: Path, source: str, options: ArchiveOptions) -> Iterator[None]:
    """Hold a folder of results for a block, a new one or that of the same source and options.

    Raises:
        ArchiveError: another process holds it, it holds results of other settings or other files, or it cannot be
            written.
    """
    with explain_os_errors(f"The folder {str(folder)!r} cannot be written", ArchiveError):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK_FILE)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise ArchiveError(f"Another process writes to {str(folder)!r} now; wait until it has ended.") from error
    try:
        with explain_os_errors(f"The folder {str(folder)!r} cannot be written", ArchiveError):
            _remove_halves(folder)
            _check_settings(folder, {"source": hide_secrets(make_absolute(source)), **options.describe()})
        yield
    finally:
        lock.release()


def _remove_halves(folder: Path) -> None:
    """Delete the parts that killed processes left half written."""
    for path in folder.glob(".part-*"):
        path.unlink()


def _check_settings(folder: Path, settings: dict[str, Any]) -> None:
    path = folder / SETTINGS_FILE
    if not path.exists():
        if list_parts(folder):
            raise ArchiveError(f"{str(folder)!r} holds results of unknown settings; choose another folder.")
        write_atomically(path, json.dumps(settings, indent=1, ensure_ascii=False))
        return
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
        changed = [word for name, word in _WORDS.items() if earlier[name] != settings[name]]
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveError(f"The file {str(path)!r} is damaged; choose another folder.") from error
    if changed:
        raise ArchiveError(
            f"The results in {str(folder)!r} were read with another {', '.join(changed)}; "
            "choose another folder, or the same settings to go on."
        )
