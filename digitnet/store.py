"""The folder of models: list, look up, write whole or not at all, rename, delete, choose the active one."""

from __future__ import annotations

import hashlib
import itertools
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
from digitnet.files import write_atomically
from digitnet.paths import models_dir

DEFAULT = "cnn"
SHIPPED = ("cnn", "mlp")
ACTIVE = "ACTIVE"
TFLITE = "model.tflite"
KERAS = "model.keras"
CARD = "card.json"
HISTORY = "history.csv"
LONGEST_NOTE = 2000  # characters
_EARLIER = 20  # models that were in use before and are remembered
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


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
    if name.upper() == ACTIVE:
        raise ModelError(f"A model cannot be called {name!r}; choose another name.")
    return name


def free_name(name: str) -> str:
    """Return `name` if no model is called so, else the first free of name-2, name-3, ..."""
    taken = _taken()
    names = itertools.chain([name], (f"{name[:58]}-{number}" for number in itertools.count(2)))
    return next(each for each in names if each.casefold() not in taken)


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
    """Return the name of the model in use: the first that `models/ACTIVE` holds, else the default, else any."""
    names = list_models()
    return next((name for name in (*_chosen()[:1], DEFAULT, *names) if name in names), DEFAULT)


def previous_model() -> str | None:
    """Return the model that was in use before the active one and still exists, None where there is none."""
    names, active = list_models(), active_model()
    return next((name for name in _chosen() if name in names and name != active), None)


def activate(name: str) -> None:
    """Put the model `name` to use.

    Raises:
        ModelError: there is no such model, it is incomplete, or the choice cannot be saved.
    """
    model_dir(name)
    earlier = [each for each in dict.fromkeys([active_model(), *_chosen()]) if each != name]
    with _said(f"The model {name!r} cannot be put to use"):
        _choose([name, *earlier])


def activate_previous() -> str:
    """Put the model to use that was in use before; return its name.

    Raises:
        ModelError: there is none, or the choice cannot be saved.
    """
    name = previous_model()
    if name is None:
        raise ModelError("No other model was in use before.")
    activate(name)
    return name


def rename(name: str, new: str) -> None:
    """Call the model `name` by a `new` name; it stays in use if it is.

    Raises:
        ModelError: the model ships with digitnet or does not exist, the new name is taken or none, or the
            folder cannot be written.
    """
    folder = _own_dir(name, "renamed")
    card = load_card(name) | {"name": new}
    target = models_dir() / check_free(new)
    chosen = _chosen()
    with _said(f"The model {name!r} cannot be renamed"):
        os.rename(folder, target)
        try:
            if name in chosen:
                _choose([new if each == name else each for each in chosen])
            write_atomically(target / CARD, _card_text(card))
        except OSError:
            os.rename(target, folder)
            if name in chosen:
                _choose(chosen)
            raise


def set_note(name: str, text: str) -> None:
    """Keep `text`, at most 2,000 characters, as the note of the model; an empty one takes it away.

    Raises:
        ModelError: the model ships with digitnet or cannot be read, the text is too long, or the card cannot
            be written.
    """
    folder = _own_dir(name, "given a note")
    if len(text) > LONGEST_NOTE:
        raise ModelError(f"Expected a note of at most {LONGEST_NOTE:,} characters. Received: {len(text):,}.")
    card = {key: value for key, value in load_card(name).items() if key != "note"}
    if text.strip():
        card["note"] = text.strip()
    with _said(f"The note of the model {name!r} cannot be saved"):
        write_atomically(folder / CARD, _card_text(card))


def delete(name: str) -> None:
    """Delete the model for good.

    Raises:
        ModelError: the model ships with digitnet, is in use, or does not exist, or the folder cannot be written.
    """
    folder = _own_dir(name, "deleted")
    if name == active_model():
        raise ModelError(f"The model {name!r} is in use and cannot be deleted; use another one first.")
    doomed = models_dir() / f".{name}-deleted"
    with _said(f"The model {name!r} cannot be deleted"):
        shutil.rmtree(doomed, ignore_errors=True)
        os.rename(folder, doomed)  # gone at once, whatever happens while its files go
    shutil.rmtree(doomed, ignore_errors=True)


def check_free(name: str) -> str:
    """Return `name` if a new model may be called so.

    Raises:
        ModelError: it is no name for a model, or it is taken; the sentence proposes another.
    """
    if check_name(name).casefold() in _taken():
        raise ModelError(f"There is a model called {name!r} already; {free_name(name)!r} is free.")
    return name


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


def _taken() -> set[str]:
    """Return the names that are not free, without regard to case, as some file systems have it."""
    folder = models_dir()
    return {name.casefold() for name in (*SHIPPED, ACTIVE, *(os.listdir(folder) if folder.is_dir() else ()))}


def _own_dir(name: str, done: str) -> Path:
    """Return the folder of a model that may be changed."""
    if name in SHIPPED:
        raise ModelError(f"The model {name!r} ships with digitnet and cannot be {done}.")
    folder = models_dir() / check_name(name)
    return folder if folder.is_dir() else model_dir(name)


def _chosen() -> list[str]:
    """Return the models that were put to use, the latest first."""
    try:
        return (models_dir() / ACTIVE).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        return []


def _choose(names: list[str]) -> None:
    write_atomically(models_dir() / ACTIVE, "".join(f"{name}\n" for name in names[: 1 + _EARLIER]))


def _card_text(card: dict[str, Any]) -> str:
    return json.dumps(card, indent=2) + "\n"


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise ModelError(f"{what}: {error.strerror or error}.") from error


def _missing(folder: Path) -> str:
    return ", ".join(name for name in (TFLITE, CARD) if not (folder / name).is_file())
