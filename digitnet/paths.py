"""Locate the folders that digitnet reads and writes."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
RESOURCES = PACKAGE / "resources"


def models_dir() -> Path:
    """Return the folder of models: `$DIGITNET_MODELS`, or `models` beside the package."""
    return Path(os.environ.get("DIGITNET_MODELS") or ROOT / "models")


def data_dir() -> Path:
    """Return the folder of user data: `$DIGITNET_DATA`, or `data` beside the package."""
    return Path(os.environ.get("DIGITNET_DATA") or ROOT / "data")
