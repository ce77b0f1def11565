"""Choose the model in use, and remember those in use before."""

from __future__ import annotations

from digitnet.access.permissions import guarded
from digitnet.errors import ModelError, explain_os_errors
from digitnet.files import write_atomically
from digitnet.models.store import ACTIVE_FILE, DEFAULT_MODEL, is_complete, list_models, model_dir
from digitnet.paths import models_dir

_MAX_EARLIER_MODELS = 20


@guarded("models.look")
def get_active_model() -> str:
    """Return the name of the model in use.

    It is the first name in `models/ACTIVE`, else the default model, else any.
    """
    likely = next((name for name in (*list_recent_models()[:1], DEFAULT_MODEL) if is_complete(name)), None)
    return likely or next(iter(list_models()), DEFAULT_MODEL)  # Looking through all models takes long.


@guarded("models.look")
def get_previous_model() -> str | None:
    """Return the latest model in use before the active one that still exists, or None."""
    names, active = list_models(), get_active_model()
    return next((name for name in list_recent_models() if name in names and name != active), None)


@guarded("models.use")
def activate(name: str) -> None:
    """Put the model `name` to use.

    Raises:
        ModelError: there is no such model, it is incomplete, or the choice cannot be saved.
    """
    model_dir(name)
    earlier = [other for other in dict.fromkeys([get_active_model(), *list_recent_models()]) if other != name]
    with explain_os_errors(f"The model {name!r} cannot be put to use", ModelError):
        save_recent_models([name, *earlier])


@guarded("models.use")
def reactivate(name: str) -> None:
    """Put the model `name` back to use, and forget the models that were put to use after it.

    Raises:
        ModelError: there is no such model, it is incomplete, or the choice cannot be saved.
    """
    model_dir(name)
    recent = list_recent_models()
    if name not in recent:
        activate(name)
        return
    with explain_os_errors(f"The model {name!r} cannot be put to use", ModelError):
        save_recent_models(recent[recent.index(name) :])


@guarded("models.look")
def list_recent_models() -> list[str]:
    """Return the models that were put to use, the latest first."""
    try:
        return (models_dir() / ACTIVE_FILE).read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        return []


@guarded("models.use")
def save_recent_models(names: list[str]) -> None:
    """Save the names of the models in use, the latest first; raises OSError."""
    write_atomically(models_dir() / ACTIVE_FILE, "".join(f"{name}\n" for name in names[: 1 + _MAX_EARLIER_MODELS]))
