"""Write a backup while the app runs."""

from __future__ import annotations

import json
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import digitnet
from digitnet.access.permissions import guarded
from digitnet.backup.content import (
    ACTIVE_PATH,
    DIGITS_PATH,
    FORMAT,
    MANIFEST_PATH,
    SETTINGS_PATH,
    Backup,
    check_model,
)
from digitnet.collection.account_counts import Counts
from digitnet.collection.schema import REVISIONS
from digitnet.collection.table_copy import save_tables
from digitnet.errors import BackupError, ModelError, explain_os_errors
from digitnet.experiments.auto_retraining import SETTINGS_FILE
from digitnet.files import remove_abandoned_parts, replace_atomically
from digitnet.models import store
from digitnet.models.active import list_recent_models
from digitnet.models.zip_package import FILES
from digitnet.paths import data_dir, models_dir


@dataclass(frozen=True)
class Saved:
    """The content of a backup that was written.

    Attributes:
        counts: numbers of its digits, rows, batches and templates.
        models: names of its models.
        left_out: a sentence about each model that is damaged, by name.
    """

    counts: Counts
    models: list[str]
    left_out: dict[str, str]


@guarded("backup.write")
def write_backup(path: Path) -> Saved:
    """Write all digits, the complete models of the user and the settings into one file, as a whole or not at all.

    The file is read back and checked before it takes its place.

    Raises:
        BackupError: it cannot be written, or became too large to be restored.
        CollectionError: the digits cannot be read.
    """
    with suppress(OSError):
        remove_abandoned_parts(other for other in path.parent.iterdir() if other.name.startswith(f".{path.name}-"))
    sentence = f"The backup cannot be saved as {str(path)!r}"
    with (
        explain_os_errors(sentence, BackupError),
        tempfile.TemporaryDirectory(prefix="digitnet-") as work,
        replace_atomically(path) as file,
    ):
        counts = save_tables(Path(work) / DIGITS_PATH)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST_PATH, _make_manifest())
            archive.write(Path(work) / DIGITS_PATH, DIGITS_PATH)
            if (settings := data_dir() / SETTINGS_FILE).is_file():
                archive.writestr(SETTINGS_PATH, settings.read_bytes())
            archive.writestr(ACTIVE_PATH, "".join(f"{name}\n" for name in list_recent_models()))
            models, left_out = _write_models(archive)
        file.seek(0)
        Backup.parse(file.read())
    return Saved(counts, models, left_out)


def _make_manifest() -> str:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"format": FORMAT, "schema": REVISIONS[-1], "made": made, "digitnet": digitnet.__version__})


def _write_models(archive: zipfile.ZipFile) -> tuple[list[str], dict[str, str]]:
    """Write the models; return the names of those written, and sentences about those that are damaged."""
    written, left_out = [], {}
    for name in store.list_models():
        if store.locate(name).parent != models_dir():  # It ships with digitnet.
            continue
        try:
            files = _read_model(name)
            check_model(files)
        except ModelError as error:
            left_out[name] = str(error)
            continue
        for file, content in files.items():
            archive.writestr(f"models/{name}/{file}", content)
        written.append(name)
    return written, left_out


def _read_model(name: str) -> dict[str, bytes]:
    """Return the files of one version of a model; raises ModelError."""
    for _ in range(10):
        version, folder = store.get_version(name), store.model_dir(name)
        with explain_os_errors(f"The files of the model {name!r} cannot be read", ModelError):
            files = {file: (folder / file).read_bytes() for file in FILES if (folder / file).is_file()}
        if store.get_version(name) == version:
            return files
    raise ModelError(f"The model {name!r} was changed all the time; try again.")
