"""Locate the folders that digitnet reads and writes.

In a clone, the app, models and user data lie beside the package. Installed, the app and the shipped models lie in
the package, in `bundle` (the build puts them there), and trained models and user data in the user's data folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
RESOURCES = PACKAGE / "resources"
IMPORT_ROOT = PACKAGE.parent  # A process that starts here can import digitnet from it.
_BUNDLE = PACKAGE / "bundle"
IS_INSTALLED = _BUNDLE.is_dir()
ROOT = _BUNDLE if IS_INSTALLED else PACKAGE.parent  # The folder of `app.py`, `pages` and the shipped models.
SHIPPED_MODELS_DIR = ROOT / "models"


def models_dir() -> Path:
    """Return the folder for trained models: `$DIGITNET_MODELS`, else `models` in the clone or user folder."""
    return Path(os.environ.get("DIGITNET_MODELS") or _user_dir() / "models")


def runs_dir() -> Path:
    """Return the folder of unfinished training runs."""
    return models_dir() / ".training"


def searches_dir() -> Path:
    """Return the folder of searches for good settings."""
    return models_dir() / ".searches"


def data_dir() -> Path:
    """Return the folder of user data: `$DIGITNET_DATA`, else `data` in the clone or user folder."""
    return Path(os.environ.get("DIGITNET_DATA") or _user_dir() / "data")


def lan_dir() -> Path:
    """Return the folder of the certificate for the local network."""
    return data_dir() / "lan"


def _user_dir() -> Path:
    return platformdirs.user_data_path("digitnet", appauthor=False) if IS_INSTALLED else ROOT
