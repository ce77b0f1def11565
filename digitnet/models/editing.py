"""Change the folder of models: write a model, rename, delete, keep a note."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitnet.errors import ModelError, explain_os_errors
from digitnet.models.active import get_active_model, list_recent_models, save_recent_models
from digitnet.models.store import ACTIVE_FILE, SHIPPED_MODELS, check_name, load_card, model_dir, write_card
from digitnet.paths import models_dir

MAX_NOTE_CHARACTERS = 2000  # characters


def find_free_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return `name` if it is free, else the first free one of name-2, name-3, ...

    Args:
        taken: names that are not free either, besides those of the models.
    """
    unavailable = _list_taken_names() | {other.casefold() for other in taken}
    names = itertools.chain([name], (f"{name[:58]}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in names if candidate.casefold() not in unavailable)


def rename(name: str, new: str) -> None:
    """Call the model `name` by a `new` name; it stays in use if it is.

    Raises:
        ModelError: the model ships with digitnet or does not exist, the new name is taken or none, or the
            folder cannot be written.
    """
    folder = _own_dir(name, "renamed")
    card = load_card(name) | {"name": new}
    target = models_dir() / check_name_is_free(new)
    chosen = list_recent_models()
    with explain_os_errors(f"The model {name!r} cannot be renamed", ModelError):
        os.rename(folder, target)
        try:
            if name in chosen:
                save_recent_models([new if each == name else each for each in chosen])
            write_card(target, card)
        except OSError:
            os.rename(target, folder)
            if name in chosen:
                save_recent_models(chosen)
            raise


def set_note(name: str, text: str) -> None:
    """Keep `text`, at most 2,000 characters, as the note of the model; an empty one takes it away.

    Raises:
        ModelError: the model ships with digitnet or cannot be read, the text is too long, or the card cannot
            be written.
    """
    folder = _own_dir(name, "given a note")
    if len(text) > MAX_NOTE_CHARACTERS:
        raise ModelError(f"Expected a note of at most {MAX_NOTE_CHARACTERS:,} characters. Received: {len(text):,}.")
    card = {key: value for key, value in load_card(name).items() if key != "note"}
    if text.strip():
        card["note"] = text.strip()
    with explain_os_errors(f"The note of the model {name!r} cannot be saved", ModelError):
        write_card(folder, card)


def delete(name: str) -> None:
    """Delete the model for good.

    Raises:
        ModelError: the model ships with digitnet, is in use, or does not exist, or the folder cannot be written.
    """
    folder = _own_dir(name, "deleted")
    if name == get_active_model():
        raise ModelError(f"The model {name!r} is in use and cannot be deleted; use another one first.")
    doomed = models_dir() / f".{name}-deleted"
    with explain_os_errors(f"The model {name!r} cannot be deleted", ModelError):
        shutil.rmtree(doomed, ignore_errors=True)
        os.rename(folder, doomed)  # gone at once, whatever happens while its files go
    shutil.rmtree(doomed, ignore_errors=True)


def check_name_is_free(name: str) -> str:
    """Return `name` if a new model may be called so.

    Raises:
        ModelError: it is no name for a model, or it is taken; the sentence proposes another.
    """
    if check_name(name).casefold() in _list_taken_names():
        raise ModelError(f"There is a model called {name!r} already; {find_free_name(name)!r} is free.")
    return name


@contextmanager
def create_model(name: str) -> Iterator[Path]:
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


def _list_taken_names() -> set[str]:
    """Return the names that are not free, without regard to case, as some file systems have it."""
    folder = models_dir()
    return {
        name.casefold() for name in (*SHIPPED_MODELS, ACTIVE_FILE, *(os.listdir(folder) if folder.is_dir() else ()))
    }


def _own_dir(name: str, done: str) -> Path:
    """Return the folder of a model that may be changed."""
    if name in SHIPPED_MODELS:
        raise ModelError(f"The model {name!r} ships with digitnet and cannot be {done}.")
    folder = models_dir() / check_name(name)
    return folder if folder.is_dir() else model_dir(name)
