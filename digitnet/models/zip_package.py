"""Export a model as a zip file, and import one from anywhere.

An imported file is not trusted: its network is checked before Keras sees it, Keras loads it in a separate process, and
the figures on its card are measured again.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitnet.access.permissions import guarded
from digitnet.access.spending import check_room
from digitnet.errors import ModelError, explain_os_errors
from digitnet.extras import require_extra
from digitnet.models import creation, editing, h5_network, import_worker, store
from digitnet.models.keras_check import check_network
from digitnet.models.received_card import check_history, leave_out_people, parse_card, select_description
from digitnet.paths import IMPORT_ROOT, models_dir
from digitnet.zip_files import ZipFiles

MAX_UPLOAD_BYTES = 40 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
FILES = (store.KERAS_FILE, store.TFLITE_FILE, store.CARD_FILE, store.HISTORY_FILE)
DEFAULT_NAME = "uploaded"
_MAX_TEXT_BYTES = 2**20  # The card and the history have a few thousand.
_checking = threading.Lock()  # TensorFlow takes most of a gigabyte, so one network is checked at a time.


@dataclass(frozen=True)
class Package:
    """The checked content of a model file.

    Attributes:
        name: name of the model, or a proposal.
        network: a .keras file, or an .h5 file.
        card: valid descriptive fields of the card.
        history: figures of its training by epoch as CSV, "" if there are none.
    """

    name: str
    network: bytes
    card: dict[str, Any]
    history: str


@guarded("models.export")
def zip_model(name: str) -> bytes:
    """Return the model as a zip file with one folder, of files as `export_files` returns them.

    Raises:
        ModelError: there is no such model, or it cannot be read.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in export_files(name).items():
            archive.writestr(f"{name}/{file}", content)
    return buffer.getvalue()


@guarded("models.export")
def export_files(name: str) -> dict[str, bytes]:
    """Return the files of a model by their names; its card names no accounts and no writers.

    Raises:
        ModelError: there is no such model, or it cannot be read.
    """
    folder = store.model_dir(name)
    try:
        files = {file: (folder / file).read_bytes() for file in FILES if (folder / file).is_file()}
        card = leave_out_people(store.load_card(name))
    except (OSError, ValueError) as error:
        raise ModelError(f"The files of the model {name!r} cannot be read.") from error
    return files | {store.CARD_FILE: (json.dumps(card, indent=2) + "\n").encode()}


@guarded("models.import")
def read_package(content: bytes) -> Package:
    """Check a file of `zip_model` or a bare .keras file, and return its content; run none of it.

    An .h5 file is returned as it is: it is checked where it is opened, in the process of `import_worker`.

    Raises:
        ModelError: it is damaged or too large, or holds anything that does not belong to a model.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        size = len(content) / 2**20
        raise ModelError(f"Expected a file of at most {MAX_UPLOAD_BYTES // 2**20} MB. Received: {size:,.0f} MB.")
    if content.startswith(h5_network.SIGNATURE):
        return Package(DEFAULT_NAME, content, {}, "")
    files = ZipFiles(content, MAX_UNPACKED_BYTES)
    folder, paths = _flatten(files)
    if "config.json" in paths and store.KERAS_FILE not in paths:
        check_network(content, MAX_UNPACKED_BYTES)
        return Package(DEFAULT_NAME, content, {}, "")
    if unknown := set(paths) - set(FILES):
        raise ModelError(f"Expected a zip file of {', '.join(FILES)} alone. Received also: {min(unknown)[:80]!r}.")
    if store.KERAS_FILE not in paths:
        received = ", ".join(paths) or "an empty one"
        raise ModelError(f"Expected a zip file with {store.KERAS_FILE} in it. Received: {received}.")
    network = files[paths[store.KERAS_FILE]]
    check_network(network, MAX_UNPACKED_BYTES - sum(files.sizes.values()) + len(network))
    card, history = (
        files.read(paths[file], _MAX_TEXT_BYTES) if file in paths else b""
        for file in (store.CARD_FILE, store.HISTORY_FILE)
    )
    described = parse_card(card)
    name = to_model_name(folder or str(described.get("name", "")))
    return Package(name, network, select_description(described), check_history(history))


@guarded("models.import")
def import_model(content: bytes, name: str, seconds: float = 120) -> None:
    """Check, measure and save the model of a file as `name`; arguments and errors are those of `import_package`."""
    require_extra("train", "Adding a model", ModelError)
    editing.check_name_is_free(name)
    import_package(read_package(content), name, seconds)


@guarded("models.import")
def import_package(package: Package, name: str, seconds: float = 120) -> None:
    """Check, measure and save a model of `read_package` as `name`, in about ten seconds.

    Args:
        package: the model.
        name: its name.
        seconds: time limit for measuring the network.

    Raises:
        ModelError: TensorFlow is missing, the name is taken, or the file is not a model that digitnet can use.
        QuotaError: the disk is nearly full.
    """
    require_extra("train", "Adding a model", ModelError)
    check_room(models_dir(), len(package.network) / 1e6)
    editing.check_name_is_free(name)
    with (
        explain_os_errors(f"The model {name!r} cannot be saved", ModelError),
        tempfile.TemporaryDirectory(prefix="digitnet-") as work,
    ):
        _import_package(package, name, Path(work), seconds)


def _import_package(package: Package, name: str, work: Path, seconds: float) -> None:
    if not _checking.acquire(timeout=seconds):
        raise ModelError("Other models are being checked; try again in a minute.")
    try:
        _check_and_save(package, name, work, seconds)
    finally:
        _checking.release()


def _check_and_save(package: Package, name: str, work: Path, seconds: float) -> None:
    is_h5 = package.network.startswith(h5_network.SIGNATURE)
    (work / (import_worker.RECEIVED_H5_FILE if is_h5 else import_worker.RECEIVED_FILE)).write_bytes(package.network)
    measurements = _measure(work, seconds)
    card = {"name": name, "recipe": "unknown", **package.card, **measurements, "uploaded": True}
    editing.check_name_is_free(name)
    with creation.create_model(name) as folder:
        for file in (store.KERAS_FILE, store.TFLITE_FILE):
            shutil.copyfile(work / file, folder / file)
        if package.history:
            (folder / store.HISTORY_FILE).write_text(package.history, encoding="utf-8", newline="")
        store.write_card(folder, card)


def _measure(work: Path, seconds: float) -> dict[str, Any]:
    """Load and measure the network in `work` in another process; return the measurements."""
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
    try:
        subprocess.run(
            [sys.executable, "-m", "digitnet.models.import_worker", str(work)],
            cwd=IMPORT_ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        sentence = f"The network was not checked within {seconds:g} seconds; it is too large or broken."
        raise ModelError(sentence) from error
    if (refusal := work / import_worker.REFUSAL_FILE).is_file():
        raise ModelError(refusal.read_text(encoding="utf-8"))
    if not (work / import_worker.MEASUREMENTS_FILE).is_file():
        raise ModelError("The network crashed its check: it is damaged or needs too much memory.")
    return dict(json.loads((work / import_worker.MEASUREMENTS_FILE).read_text(encoding="utf-8")))


def _flatten(paths: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the folder of all files, or "", and the paths of the files by name; raises ModelError."""
    names = {path.rpartition("/")[2]: path for path in paths}
    folder, *others = {path.rpartition("/")[0] for path in paths} or {""}
    if others or "/" in folder:
        raise ModelError("Expected a zip file of one model, in one folder at most. Received: several folders.")
    return folder, names


def to_model_name(text: str) -> str:
    """Convert `text`, such as a file's name, to a valid name for a model."""
    return re.sub(r"[^A-Za-z0-9._-]+|^[^A-Za-z0-9]+", "-", text).strip("-._")[:64] or DEFAULT_NAME
