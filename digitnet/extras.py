"""Tell which extras of the package are installed, and how to install one."""

from __future__ import annotations

from importlib.util import find_spec

from digitnet.errors import DigitnetError
from digitnet.paths import IS_INSTALLED

# Modules that digitnet imports from each extra; its requirements stand in requirements.txt, or in that for clusters.
MODULES = {
    "app": (
        "streamlit",
        "streamlit_drawable_canvas",
        "sqlalchemy",
        "alembic",
        "psycopg",
        "psutil",
        "filelock",
        "cryptography",
        "segno",
        "authlib",
        "httpx",
        "prometheus_client",
    ),
    "train": ("tensorflow", "keras", "optuna", "psutil", "filelock"),
    "mcp": ("mcp",),
    "archive": ("pyarrow", "fsspec", "s3fs", "filelock"),
    "ray": ("ray",),
}
_CLUSTER = ("archive", "ray")  # Extras that the app does not need, so `make run` leaves them out.
_NAMES = {
    "app": "the packages of the app",
    "train": "TensorFlow",
    "mcp": "the package mcp",
    "archive": "pyarrow and fsspec",
    "ray": "Ray",
}


def find_extra(module: str) -> str | None:
    """Return the extra that brings a module, such as "tensorflow.keras", or None."""
    return next((extra for extra, modules in MODULES.items() if module.split(".")[0] in modules), None)


def has_extra(extra: str) -> bool:
    """Return whether all modules of an extra are installed."""
    return all(find_spec(module) for module in MODULES[extra])


def require_extra(extra: str, subject: str, error_class: type[DigitnetError] = DigitnetError) -> None:
    """Raise `error_class` unless an extra is installed; its sentence says how to install it.

    Args:
        subject: the part of digitnet that needs it, such as "Training".
    """
    if not has_extra(extra):
        raise error_class(explain_missing_extra(extra, subject))


def explain_missing_extra(extra: str, subject: str) -> str:
    """Return a sentence that says that `subject` needs an extra, and how to install it."""
    file = "requirements-cluster.txt" if extra in _CLUSTER else "requirements.txt"
    command = f'pip install "digitnet[{extra}]"' if IS_INSTALLED else f"pip install -r {file}"
    return f"{subject} needs {_NAMES[extra]}; install with: {command}"
