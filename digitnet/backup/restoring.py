"""Restore a backup, and say before what it would replace."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digitnet.access.permissions import guarded
from digitnet.backup.content import DIGITS_PATH, SETTINGS_PATH, Backup
from digitnet.backup.writing import Saved, write_backup
from digitnet.collection.account_counts import Counts
from digitnet.collection.table_copy import check_tables, count_stored, restore_tables
from digitnet.errors import BackupError, CollectionError, explain_os_errors
from digitnet.experiments.auto_retraining import SETTINGS_FILE
from digitnet.files import remove_abandoned_parts, write_atomically
from digitnet.models.active import list_recent_models, save_recent_models
from digitnet.models.creation import create_model
from digitnet.paths import data_dir, models_dir

_ADVICE = "run the command again"


@dataclass(frozen=True)
class Restore:
    """A backup that was checked as a whole and can be restored.

    Attributes:
        backup: its models and settings.
        digits: an SQLite file of its digits.
        counts: numbers of its digits, rows, batches and templates.
    """

    backup: Backup
    digits: Path
    counts: Counts

    def find_replaced(self) -> list[str]:
        """Return what would be lost, such as "12 digits"; raises CollectionError."""
        found = count_stored().describe()
        found += [f"the model {name}" for name in self.backup.models if self._is_changed(name)]
        if (recent := self.backup.read_recent_models()) and list_recent_models() not in ([], recent):
            found.append("the choice of the model in use")
        settings = data_dir() / SETTINGS_FILE
        if SETTINGS_PATH in self.backup.files and settings.is_file():
            found += ["the settings"] * (settings.read_bytes() != self.backup.files[SETTINGS_PATH])
        return found

    @guarded("backup.restore")
    def run(self) -> None:
        """Replace the digits by those of the backup, and models of the same names; other models stay.

        Digits are replaced first, all or none, then each model as a whole, then the settings.

        Raises:
            CollectionError: the digits cannot be saved; nothing was changed.
            BackupError: a model or the settings cannot be saved.
        """
        restore_tables(self.digits)
        with explain_os_errors("The models and settings cannot all be restored", BackupError, _ADVICE):
            for name in self.backup.models:
                if not (models_dir() / name).is_dir() or self._is_changed(name):
                    self._restore_model(name)
            if recent := self.backup.read_recent_models():
                save_recent_models(recent)
            if SETTINGS_PATH in self.backup.files:
                data_dir().mkdir(parents=True, exist_ok=True)
                write_atomically(data_dir() / SETTINGS_FILE, self.backup.files[SETTINGS_PATH])

    def _restore_model(self, name: str) -> None:
        with create_model(name) as folder:
            for file, content in self.backup.read_model(name).items():
                (folder / file).write_bytes(content)

    def _is_changed(self, name: str) -> bool:
        """Return whether there is a model of this name with other files than in the backup."""
        folder = models_dir() / name
        kept = self.backup.read_model(name)
        return folder.is_dir() and any(
            not (folder / file).is_file() or (folder / file).read_bytes() != content for file, content in kept.items()
        )


@guarded("backup.restore")
@contextmanager
def prepare_restore(path: Path) -> Iterator[Restore]:
    """Check all of a backup file, and yield what restores it; change nothing.

    Raises:
        BackupError: the file cannot be read, is damaged, or is no backup.
    """
    backup = Backup.load(path)
    with tempfile.TemporaryDirectory(prefix="digitnet-") as work:
        digits = Path(work) / DIGITS_PATH
        with explain_os_errors("The backup cannot be unpacked", BackupError):
            digits.write_bytes(backup.files[DIGITS_PATH])
        try:
            counts = check_tables(digits)
        except CollectionError as error:
            raise BackupError("The digits in the backup are damaged; use another backup.") from error
        yield Restore(backup, digits, counts)


@guarded("backup.restore")
def keep_present_state() -> tuple[Path, Saved]:
    """Write a backup of the present state into the data folder; return its path and its content."""
    with explain_os_errors("The present state cannot be kept", BackupError):
        data_dir().mkdir(parents=True, exist_ok=True)
        remove_abandoned_parts(data_dir().glob(".before-restore-*"))
    path = data_dir() / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.zip"
    return path, write_backup(path)
