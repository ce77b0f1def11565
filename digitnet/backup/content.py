"""Read a backup file of unknown origin, and check all of it before any is used.

The file is a zip file: `backup.json`, `digits.db` (an SQLite file, whichever database the digits are in),
`models/NAME/...`, `models/ACTIVE` and `settings/autotrain.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitnet.collection.schema import REVISIONS
from digitnet.errors import BackupError, ModelError, explain_os_errors
from digitnet.experiments.auto_retraining import SETTINGS_FILE
from digitnet.files import open_file
from digitnet.models import store
from digitnet.models.keras_check import check_network
from digitnet.models.zip_package import FILES, MAX_UNPACKED_BYTES
from digitnet.zip_files import ZipFiles

FORMAT = 1
MANIFEST_PATH = "backup.json"
DIGITS_PATH = "digits.db"
ACTIVE_PATH = f"models/{store.ACTIVE_FILE}"
SETTINGS_PATH = f"settings/{SETTINGS_FILE}"
_PLAIN_PATHS = {MANIFEST_PATH, DIGITS_PATH, ACTIVE_PATH, SETTINGS_PATH}
_REQUIRED_PATHS = {MANIFEST_PATH, DIGITS_PATH}
_MAX_BYTES = 2 * 2**30  # It is held in memory.
_MAX_UNPACKED_BYTES = 8 * 2**30
_MAX_FILES = 40_000
_MAX_TEXT_BYTES = 2**20  # A card and the settings have a few thousand.


@dataclass(frozen=True)
class Backup:
    """A checked backup.

    Attributes:
        files: its files by path.
        models: names of its models.
    """

    files: ZipFiles
    models: list[str]

    @classmethod
    def load(cls, path: Path) -> Backup:
        """Read and check a backup file.

        Raises:
            BackupError: it cannot be read, is damaged or too large, was made by a newer digitnet, or holds anything
                that does not belong to a backup.
        """
        with explain_os_errors(f"The backup {str(path)!r} cannot be read", BackupError), open_file(path) as file:
            content = file.read(_MAX_BYTES + 1)
        return cls.parse(content)

    @classmethod
    def parse(cls, content: bytes) -> Backup:
        """Check the content of a backup file; see `load`."""
        if len(content) > _MAX_BYTES:
            raise BackupError(f"Expected a backup of at most {_MAX_BYTES // 2**30} GB. Received: more.")
        files = ZipFiles(content, _MAX_UNPACKED_BYTES, _MAX_FILES, BackupError)
        if missing := _REQUIRED_PATHS - set(files):
            raise BackupError(f"Expected a file of `digitnet backup`. Received: a zip file without {min(missing)}.")
        _check_manifest(_parse_object(files, MANIFEST_PATH))
        if SETTINGS_PATH in files:
            _parse_object(files, SETTINGS_PATH)
        backup = cls(files, sorted({_find_model(path) for path in files if path not in _PLAIN_PATHS}))
        for name in backup.models:
            try:
                check_model(backup.read_model(name))
            except ModelError as error:
                raise BackupError(f"The model {name!r} in the backup cannot be used: {error}") from error
        return backup

    def read_model(self, name: str) -> dict[str, bytes]:
        """Return the files of a model by name."""
        paths = {file: f"models/{name}/{file}" for file in FILES}
        return {file: self.files.read(path, MAX_UNPACKED_BYTES) for file, path in paths.items() if path in self.files}

    def read_recent_models(self) -> list[str]:
        """Return the names of the models that were put to use and are in the backup, the latest first."""
        if ACTIVE_PATH not in self.files:
            return []
        names = self.files.read_start(ACTIVE_PATH, _MAX_TEXT_BYTES).decode(errors="replace").split()
        return [name for name in names if name in {*self.models, *store.SHIPPED_MODELS}]


def check_model(files: Mapping[str, bytes]) -> None:
    """Check the files of a model without running any of it.

    Raises:
        ModelError: a file is missing or damaged, or the network holds anything but the allowed Keras layers.
    """
    if missing := [file for file in (store.TFLITE_FILE, store.CARD_FILE) if file not in files]:
        raise ModelError(f"Its {missing[0]} is missing.")
    try:
        card = json.loads(files[store.CARD_FILE])
    except (ValueError, RecursionError) as error:
        raise ModelError("Its card cannot be read.") from error
    digest = store.compute_digest(files[store.TFLITE_FILE])
    if not isinstance(card, dict) or card.get("sha256") != digest:
        raise ModelError("Its network is damaged: it is not the one that its card names.")
    if store.KERAS_FILE in files:
        check_network(files[store.KERAS_FILE], MAX_UNPACKED_BYTES)


def _find_model(path: str) -> str:
    """Return the name of the model that a file belongs to; raises BackupError if it is of none."""
    folder, _, rest = path.partition("/")
    name, _, file = rest.partition("/")
    if folder != "models" or file not in FILES:
        raise BackupError(f"Expected a file of `digitnet backup`. Received also: {path[:80]!r}.")
    try:
        return store.check_name(name)
    except ModelError as error:
        raise BackupError(f"The backup holds a model that cannot be called {name[:80]!r}.") from error


def _check_manifest(manifest: dict[str, Any]) -> None:
    if type(manifest.get("format")) is not int or not isinstance(manifest.get("schema"), str):
        raise BackupError(f"The {MANIFEST_PATH} of the backup is damaged; use another backup.")
    if manifest["format"] > FORMAT or manifest["schema"] not in REVISIONS:
        raise BackupError("The backup was made by a newer digitnet; update digitnet, then restore it.")


def _parse_object(files: ZipFiles, path: str) -> dict[str, Any]:
    try:
        value = json.loads(files.read(path, _MAX_TEXT_BYTES))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BackupError(f"The {path} of the backup is damaged; use another backup.")
    return value
