"""Look up models in their folders: list them, load a card or a network."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from digitnet import paths
from digitnet.access.permissions import guarded
from digitnet.errors import ModelError, explain_os_errors
from digitnet.files import write_atomically

DEFAULT_MODEL = "cnn"
SHIPPED_MODELS = ("cnn", "mlp")
ACTIVE_FILE = "ACTIVE"
TFLITE_FILE = "model.tflite"
KERAS_FILE = "model.keras"
CARD_FILE = "card.json"
HISTORY_FILE = "history.csv"
MAX_NAME_CHARACTERS = 64
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_NAME_CHARACTERS - 1}}}")


@guarded("models.look")
def list_models() -> list[str]:
    """Return the names of the complete models, the default first, then by name."""
    names = {path.parent.name for folder in _list_parents() for path in folder.glob(f"*/{CARD_FILE}")}
    return sorted(filter(is_complete, names), key=lambda name: (name != DEFAULT_MODEL, name))


@guarded("models.look")
def is_complete(name: str) -> bool:
    """Return whether there is a model called `name`, with all its files."""
    return bool(_NAME.fullmatch(name)) and not _list_missing_files(locate(name))


@guarded("models.look")
def model_dir(name: str) -> Path:
    """Return the folder of the model called `name`.

    Raises:
        ModelError: there is no such model, or one of its files is missing.
    """
    folder = locate(check_name(name))
    if not folder.is_dir():
        raise ModelError(f"There is no model called {name!r}; there are: {', '.join(list_models()) or 'none'}.")
    if missing := _list_missing_files(folder):
        raise ModelError(f"The model {name!r} is incomplete: {missing} is missing; train it again or restore it.")
    return folder


def locate(name: str) -> Path:
    """Return the folder of the model called `name`, which may not exist or be incomplete.

    A trained model hides a shipped one of that name.
    """
    folders = [parent / name for parent in _list_parents()]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


@guarded("models.look")
def get_version(name: str) -> int:
    """Return the time in ns at which the model was last written, which tells its versions apart in caches.

    Raises:
        ModelError: there is no such model, or one of its files is missing.
    """
    return (model_dir(name) / CARD_FILE).stat().st_mtime_ns


def check_name(name: str) -> str:
    """Return `name` if a model may have it.

    Raises:
        ModelError: it holds other characters than letters, digits, '.', '_' and '-', or is too long.
    """
    if not _NAME.fullmatch(name):
        raise ModelError("Use only letters, digits, . _ and - in a name (64 at most): no spaces or slashes.")
    if name.upper() == ACTIVE_FILE:
        raise ModelError(f"A model cannot be called {name!r}; choose another name.")
    return name


@guarded("models.look")
def load_card(name: str) -> dict[str, Any]:
    """Return the model's `card.json` as it is; `digitnet.models.card` reads it as a record.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    try:
        card = json.loads((model_dir(name) / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"The card of the model {name!r} cannot be read; train it again or restore it.") from error
    if not isinstance(card, dict):
        raise ModelError(f"The card of the model {name!r} cannot be read; train it again or restore it.")
    return card


@guarded("models.change")
def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write `card.json` into a model's folder atomically; raises OSError."""
    write_atomically(folder / CARD_FILE, json.dumps(card, indent=2) + "\n")


@guarded("models.look")
def load_tflite(name: str) -> bytes:
    """Return the LiteRT network of the model, checked against the digest in its card.

    Raises:
        ModelError: there is no such model, or its file is damaged.
    """
    with explain_os_errors(f"The network of the model {name!r} cannot be read", ModelError):
        content = (model_dir(name) / TFLITE_FILE).read_bytes()
    if compute_digest(content) != load_card(name).get("sha256"):
        raise ModelError(f"The network of the model {name!r} is damaged; train it again or restore it.")
    return content


def compute_digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _list_parents() -> list[Path]:
    """Return the folders in which models lie: the user's, then that of the shipped models."""
    return list(dict.fromkeys([paths.models_dir(), paths.SHIPPED_MODELS_DIR]))


def _list_missing_files(folder: Path) -> str:
    return ", ".join(name for name in (TFLITE_FILE, CARD_FILE) if not (folder / name).is_file())
