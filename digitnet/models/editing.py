"""Change the folder of models: rename or delete a model, write its note."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from digitnet.access.permissions import guarded
from digitnet.errors import ModelError, explain_os_errors
from digitnet.models.active import get_active_model, list_recent_models, save_recent_models
from digitnet.models.store import ACTIVE_FILE, SHIPPED_MODELS, check_name, load_card, model_dir, write_card
from digitnet.paths import models_dir

MAX_NOTE_CHARACTERS = 2000


@guarded("models.look")
def find_free_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return `name` if it is free, else the first free one of name-2, name-3, ...

    Args:
        taken: names that are not free either, besides those of the models.
    """
    unavailable = _list_taken_names() | {other.casefold() for other in taken}
    names = itertools.chain([name], (f"{name[:58]}-{number}" for number in itertools.count(2)))
    return next(candidate for candidate in names if candidate.casefold() not in unavailable)


@guarded("models.change")
def rename(name: str, new: str) -> None:
    """Give the model `name` a `new` name; it stays in use if it is.

    Raises:
        ModelError: the model ships with digitnet or does not exist, the new name is taken or invalid, or the
            folder cannot be written.
    """
    folder = _find_editable_dir(name, "renamed")
    card = load_card(name) | {"name": new}
    target = models_dir() / check_name_is_free(new)
    recent = list_recent_models()
    with explain_os_errors(f"The model {name!r} cannot be renamed", ModelError):
        os.rename(folder, target)
        try:
            if name in recent:
                save_recent_models([new if other == name else other for other in recent])
            write_card(target, card)
        except OSError:
            os.rename(target, folder)
            if name in recent:
                save_recent_models(recent)
            raise


@guarded("models.change")
def set_note(name: str, text: str) -> None:
    """Write the note of the model, at most 2,000 characters; an empty text removes it.

    Raises:
        ModelError: the model ships with digitnet or cannot be read, the text is too long, or the card cannot
            be written.
    """
    folder = _find_editable_dir(name, "given a note")
    if len(text) > MAX_NOTE_CHARACTERS:
        raise ModelError(f"Expected a note of at most {MAX_NOTE_CHARACTERS:,} characters. Received: {len(text):,}.")
    card = {key: value for key, value in load_card(name).items() if key != "note"}
    if text.strip():
        card["note"] = text.strip()
    with explain_os_errors(f"The note of the model {name!r} cannot be saved", ModelError):
        write_card(folder, card)


@guarded("models.delete")
def delete(name: str) -> None:
    """Delete the model.

    Raises:
        ModelError: the model ships with digitnet, is in use, or does not exist, or the folder cannot be written.
    """
    folder = _find_editable_dir(name, "deleted")
    if name == get_active_model():
        raise ModelError(f"The model {name!r} is in use and cannot be deleted; use another one first.")
    trash = models_dir() / f".{name}-deleted"
    with explain_os_errors(f"The model {name!r} cannot be deleted", ModelError):
        shutil.rmtree(trash, ignore_errors=True)
        os.rename(folder, trash)  # The model is gone at once, even if deleting its files is interrupted.
    shutil.rmtree(trash, ignore_errors=True)


@guarded("models.look")
def check_name_is_free(name: str) -> str:
    """Return `name` if a new model may have it.

    Raises:
        ModelError: it is invalid or taken; the message proposes another.
    """
    if check_name(name).casefold() in _list_taken_names():
        raise ModelError(f"There is a model called {name!r} already; {find_free_name(name)!r} is free.")
    return name


def _list_taken_names() -> set[str]:
    """Return the names that are not free, casefolded: some file systems ignore case."""
    folder = models_dir()
    return {
        name.casefold() for name in (*SHIPPED_MODELS, ACTIVE_FILE, *(os.listdir(folder) if folder.is_dir() else ()))
    }


def _find_editable_dir(name: str, change: str) -> Path:
    """Return the folder of a model that may be changed; raises ModelError."""
    if name in SHIPPED_MODELS:
        raise ModelError(f"The model {name!r} ships with digitnet and cannot be {change}.")
    folder = models_dir() / check_name(name)
    return folder if folder.is_dir() else model_dir(name)
