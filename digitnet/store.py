"""The folder of models: list, look up, write whole or not at all, choose the active one."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from digitnet.errors import ModelError

DEFAULT = "cnn"
TFLITE = "model.tflite"
KERAS = "model.keras"
CARD = "card.json"
HISTORY = "history.csv"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def models_dir() -> Path:
    """Return the folder of models: `$DIGITNET_MODELS`, or `models` beside the package."""
    return Path(os.environ.get("DIGITNET_MODELS") or Path(__file__).resolve().parent.parent / "models")


def list_models() -> list[str]:
    """Return the names of the complete models, the default first, then by name."""
    folders = [path.parent.name for path in models_dir().glob(f"*/{CARD}")]
    names = [name for name in folders if _NAME.fullmatch(name) and not _missing(models_dir() / name)]
    return sorted(names, key=lambda name: (name != DEFAULT, name))


def model_dir(name: str) -> Path:
    """Return the folder of the model called `name`.

    Raises:
        ModelError: there is no such model, or one of its files is missing.
    """
    folder = models_dir() / check_name(name)
    if not folder.is_dir():
        raise ModelError(f"There is no model called {name!r}; there are: {', '.join(list_models()) or 'none'}.")
    if missing := _missing(folder):
        raise ModelError(f"The model {name!r} is incomplete: {missing} is missing; train it again or restore it.")
    return folder


def check_name(name: str) -> str:
    """Return `name` if a model may be called so.

    Raises:
        ModelError: it holds other characters than letters, digits, '.', '_' and '-', or is too long.
    """
    if not _NAME.fullmatch(name):
        raise ModelError(f"Expected a model name of 1 to 64 letters, digits, '.', '_' or '-'. Received: {name[:80]!r}.")
    return name


def load_card(name: str) -> dict[str, Any]:
    """Return what `card.json` says of the model.

    Raises:
        ModelError: there is no such model, or its card cannot be read.
    """
    try:
        card = json.loads((model_dir(name) / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"The card of the model {name!r} cannot be read; train it again or restore it.") from error
    if not isinstance(card, dict):
        raise ModelError(f"The card of the model {name!r} cannot be read; train it again or restore it.")
    return card


def load_tflite(name: str) -> bytes:
    """Return the LiteRT network of the model, checked against the digest in its card.

    Raises:
        ModelError: there is no such model, or its file is damaged.
    """
    try:
        content = (model_dir(name) / TFLITE).read_bytes()
    except OSError as error:
        raise ModelError(f"The network of the model {name!r} cannot be read: {error.strerror}.") from error
    if digest(content) != load_card(name).get("sha256"):
        raise ModelError(f"The network of the model {name!r} is damaged; train it again or restore it.")
    return content


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def active_model() -> str:
    """Return the name of the model in use: what `models/ACTIVE` holds, else the default, else the first."""
    names = list_models()
    try:
        chosen = (models_dir() / "ACTIVE").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        chosen = DEFAULT
    return next((name for name in (chosen, DEFAULT, *names) if name in names), DEFAULT)


@contextmanager
def new_model(name: str) -> Iterator[Path]:
    """Give an empty folder to fill, and make it the model `name` when the block ends well.

    A block that raises leaves no trace; a model that had the name stays until the new one is whole.
    """
    target = models_dir() / check_name(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        filled = work / "new"
        filled.mkdir()
        yield filled
        if target.exists():
            os.replace(target, work / "old")
        os.replace(filled, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _missing(folder: Path) -> str:
    return ", ".join(name for name in (TFLITE, CARD) if not (folder / name).is_file())
