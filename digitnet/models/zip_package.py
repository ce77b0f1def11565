"""A model as a zip file: out for keeping or sharing, and in again from anywhere.

Nothing that was taken in is believed: what a network may consist of is checked before Keras sees it,
Keras loads it in a process of its own, and what its card says of it is measured anew.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitnet.errors import ModelError, explain_os_errors
from digitnet.files import read_zip
from digitnet.models import editing, import_worker, store
from digitnet.models.card import ENDS, MAX_EPOCHS
from digitnet.models.keras_check import check_network
from digitnet.paths import ROOT

MAX_UPLOAD_BYTES = 40 * 2**20  # bytes
MAX_UNPACKED_BYTES = 200 * 2**20
FILES = (store.KERAS_FILE, store.TFLITE_FILE, store.CARD_FILE, store.HISTORY_FILE)
DEFAULT_NAME = "uploaded"
_TEXTS = {"recipe": 64, "source": 300, "data": 500, "note": editing.MAX_NOTE_CHARACTERS}  # the most characters of each
_LONGEST_CONFIG = 20_000  # characters as JSON
_LONGEST_HISTORY = 1_000_000  # bytes
_NEEDED = {"epoch", "accuracy", "loss"}
_COLUMNS = _NEEDED | {"val_accuracy", "val_loss", "seconds", "val_seconds", "learning_rate"}
_NOT_MEASURED = ("", "NA")


@dataclass(frozen=True)
class Package:
    """What a file brought, checked.

    Attributes:
        name: what the model was called, or could be.
        network: a .keras file.
        card: what of the card is description and in order.
        history: the course of its training as CSV, "" where there is none.
    """

    name: str
    network: bytes
    card: dict[str, Any]
    history: str


def zip_model(name: str) -> bytes:
    """Return the model as a zip file of one folder.

    Raises:
        ModelError: there is no such model, or it cannot be read.
    """
    folder = store.model_dir(name)
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in FILES:
                if (folder / file).is_file():
                    archive.write(folder / file, f"{name}/{file}")
    except (OSError, ValueError) as error:
        raise ModelError(f"The files of the model {name!r} cannot be read.") from error
    return packed.getvalue()


def read_package(content: bytes) -> Package:
    """Return what a file of `zip_model`, or a bare .keras file, brings; nothing of it is run.

    Raises:
        ModelError: it is damaged or too large, or holds anything that does not belong to a model.
    """
    if len(content) > MAX_UPLOAD_BYTES:
        size = len(content) / 2**20
        raise ModelError(f"Expected a file of at most {MAX_UPLOAD_BYTES // 2**20} MB. Received: {size:,.0f} MB.")
    folder, files = _flat(read_zip(content, MAX_UNPACKED_BYTES))
    if "config.json" in files and store.KERAS_FILE not in files:
        folder, files = "", {store.KERAS_FILE: content}
    if unknown := set(files) - set(FILES):
        raise ModelError(f"Expected a zip file of {', '.join(FILES)} alone. Received also: {min(unknown)[:80]!r}.")
    if store.KERAS_FILE not in files:
        raise ModelError(
            f"Expected a zip file with {store.KERAS_FILE} in it. Received: {', '.join(files) or 'an empty one'}."
        )
    check_network(
        files[store.KERAS_FILE], MAX_UNPACKED_BYTES - sum(map(len, files.values())) + len(files[store.KERAS_FILE])
    )
    card = _json(files.get(store.CARD_FILE, b"{}"))
    name = to_model_name(folder or str(card.get("name", "")))
    return Package(name, files[store.KERAS_FILE], _described(card), _history(files.get(store.HISTORY_FILE, b"")))


def import_model(content: bytes, name: str, seconds: float = 120) -> None:
    """Check, measure and keep the model of an uploaded file as `name`; it takes some ten seconds.

    Args:
        seconds: how long checking and measuring may take.

    Raises:
        ModelError: the name is taken, or the file is not a model that could be used here.
    """
    editing.check_name_is_free(name)
    package = read_package(content)
    with (
        explain_os_errors(f"The model {name!r} cannot be saved", ModelError),
        tempfile.TemporaryDirectory(prefix="digitnet-") as work,
    ):
        _take_in(package, name, Path(work), seconds)


def _take_in(package: Package, name: str, work: Path, seconds: float) -> None:
    (work / import_worker.RECEIVED_FILE).write_bytes(package.network)
    measured = _measured(work, seconds)
    card = {"name": name, "recipe": "unknown", **package.card, **measured, "uploaded": True}
    editing.check_name_is_free(name)
    with editing.create_model(name) as folder:
        for file in (store.KERAS_FILE, store.TFLITE_FILE):
            shutil.copyfile(work / file, folder / file)
        if package.history:
            (folder / store.HISTORY_FILE).write_text(package.history, encoding="utf-8", newline="")
        store.write_card(folder, card)


def _measured(work: Path, seconds: float) -> dict[str, Any]:
    """Have another process load and measure the network in `work`."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1"}
    try:
        subprocess.run(
            [sys.executable, "-m", "digitnet.models.import_worker", str(work)],
            cwd=ROOT,
            env=os.environ | quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"The network was not checked within {seconds:g} seconds; it is too large or broken."
        ) from error
    if (refused := work / import_worker.REFUSAL_FILE).is_file():
        raise ModelError(refused.read_text(encoding="utf-8"))
    if not (work / import_worker.MEASUREMENTS_FILE).is_file():
        raise ModelError("The network broke off its check: it is damaged or needs too much memory.")
    return dict(json.loads((work / import_worker.MEASUREMENTS_FILE).read_text(encoding="utf-8")))


def _flat(files: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Return the one folder that all files stand in, "" where there is none, and the files by name."""
    folder, *others = {path.rpartition("/")[0] for path in files} or {""}
    if others or "/" in folder:
        raise ModelError("Expected a zip file of one model, in one folder at most. Received: several folders.")
    return folder, {path.rpartition("/")[2]: content for path, content in files.items()}


def to_model_name(text: str) -> str:
    """Return `text`, a file's name say, as a name that a model may have."""
    return re.sub(r"[^A-Za-z0-9._-]+|^[^A-Za-z0-9]+", "-", text).strip("-._")[:64] or DEFAULT_NAME


def _json(content: bytes) -> dict[str, Any]:
    try:
        card = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}


def _described(card: dict[str, Any]) -> dict[str, Any]:
    """Return those fields of a card that describe rather than measure, if they are in order."""
    kept = {key: card[key] for key, most in _TEXTS.items() if isinstance(card.get(key), str) and _fits(card[key], most)}
    config, seconds = card.get("config"), card.get("seconds")
    if isinstance(config, dict) and _fits(config, _LONGEST_CONFIG):
        kept["config"] = config
    if isinstance(seconds, int | float) and 0 <= seconds < math.inf:
        kept["seconds"] = float(seconds)
    if type(done := card.get("epochs_done")) is int and 0 <= done <= MAX_EPOCHS:
        kept["epochs_done"] = done
    if card.get("ended") in ENDS:
        kept["ended"] = card["ended"]
    return kept


def _fits(value: Any, most: int) -> bool:
    """Say whether a value is clean text or plain numbers of at most `most` characters as JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")  # lone surrogates cannot be shown
    except (ValueError, RecursionError):
        return False
    return len(text) <= most + 2


def _history(content: bytes) -> str:
    """Return the course of training as CSV of numbers in known columns, "" if it is anything else."""
    if len(content) > _LONGEST_HISTORY:
        return ""
    try:
        text = content.decode("utf-8")
        lines = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        numbers = [float(cell) for line in lines for cell in line.values() if cell not in _NOT_MEASURED]
        epochs = [int(line["epoch"]) for line in lines]
    except (ValueError, TypeError, KeyError, csv.Error):
        return ""
    columns = set(lines[0]) if lines else set()
    in_order = _NEEDED <= columns <= _COLUMNS and all(map(math.isfinite, numbers)) and min(epochs) >= 0
    return text if in_order else ""
